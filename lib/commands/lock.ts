import type { ChartChange } from '../clients/chart/lock.ts'
import type { RegistryAccess } from '../clients/open-registry.ts'
import type { ReadBase } from '../clients/read-base.ts'
import { writeWhole } from '../clients/write-whole.ts'
import { lockText, type Lock, type LockedImage } from '../formats/lock-file.ts'
import { parseReference, referenceText } from '../oci/reference.ts'
import { ReleaseError } from '../values/errors.ts'
import { mirrorsOf } from '../values/mirrors.ts'
import { readableBytes } from '../values/readable.ts'
import { lockFileOf, readLock, referencesOf, registryEnvironment } from './lock/bases.ts'
import { confirm } from './confirm.ts'
import { chartChanges, chartData, chartsAfter, chartTable, type ChartsToLock } from './lock/charts.ts'
import { errorData, printErrors } from './run/print-errors.ts'
import type { Setting } from './setting.ts'
import { table } from './table.ts'
import { withRuntime } from './with-runtime.ts'

/** What happens to one base. */
interface Change {
  readonly reference: string
  readonly state: 'kept' | 'added' | 'changed' | 'removed' | 'failed'
  readonly before?: LockedImage | undefined
  readonly after?: LockedImage | undefined
  /** Bytes that one platform takes to fetch, of what is pinned and of what its tag means now. */
  readonly sizes?: { readonly before?: number; readonly now?: number }
  /** Whether a mirror said so, because its own registry could not be reached. */
  readonly mirror?: boolean
  readonly error?: unknown
}

/**
 * Pins each base of build.ts by digest in slipway.lock, and each chart that its charts depend on. What is pinned stays, unless
 * `update` asks for what the tags mean now: then what would change is shown first.
 * @param charts charts that are pinned stay as they are where it is absent
 * @returns 0 where everything is pinned, 1 where something could not be read, or a change was not agreed to
 */
export async function lock(setting: Setting, update: boolean, charts?: ChartsToLock): Promise<number> {
  const file = lockFileOf(setting)
  const before = readLock(file)
  const references = [...new Set(Object.values(referencesOf(setting.definition)))].sort()
  if (references.length === 0 && (charts?.folders ?? []).length === 0) {
    throw new ReleaseError('Cannot lock bases: build.ts names none', { code: 'USAGE', hint: 'Add bases: { alpine: \'docker.io/library/alpine:3\' } to build.ts.' })
  }
  const changes = await changesOf(setting, before, { references, charts }, update)
  print(setting, changes)
  const after: Lock = {
    bases: Object.fromEntries(changes.bases.flatMap(({ reference, state, before: old, after: made }) => {
      const kept = state === 'failed' ? old : made
      return kept && state !== 'removed' ? [[reference, kept]] : []
    })),
    ...charts ? chartsAfter(changes.charts) : before.charts && { charts: before.charts },
  }
  const states = [...changes.bases, ...changes.charts].map(({ state }) => state)
  const failed = states.includes('failed')
  if (lockText(after) === lockText(before)) return failed ? 1 : 0
  if (states.includes('changed') && !await confirm(setting, `Write this to ${file}?`)) return 1
  await writeWhole(file, [Buffer.from(lockText(after))])
  if (!setting.options.quiet && !setting.options.json) process.stderr.write(`wrote ${file}\n`)
  return failed ? 1 : 0
}

interface Changes {
  readonly bases: readonly Change[]
  readonly charts: readonly ChartChange[]
}

interface Wanted {
  readonly references: readonly string[]
  readonly charts: ChartsToLock | undefined
}

async function changesOf(setting: Setting, before: Lock, { references, charts }: Wanted, update: boolean): Promise<Changes> {
  const { bases } = before
  return withRuntime(setting, async runtime => {
    const access = {
      environment: registryEnvironment(setting.environment), mirrors: mirrorsOf(setting.definition.mirrors, setting.environment['SLIPWAY_MIRRORS']),
      exec: runtime.exec({}), signal: setting.signal,
    }
    const known = references.map(async (reference): Promise<Change> => {
      const old = Object.hasOwn(bases, reference) ? bases[reference] : undefined
      if (old && !update) return { reference, state: 'kept', before: old, after: old }
      try {
        const { image, size: now, mirror } = await readNow(reference, access)
        const state = !old ? 'added' : old.digest === image.digest ? 'kept' : 'changed'
        const before = state === 'changed' ? await sizeOf(reference, old, access) : undefined
        return { reference, state, before: old, after: image, mirror, sizes: { now, ...(before === undefined ? {} : { before }) } }
      } catch (error) {
        if (setting.signal.aborted) throw error
        return { reference, state: 'failed', before: old, error }
      }
    })
    const gone = Object.keys(bases).filter(reference => !references.includes(reference))
    const [read, packages] = await Promise.all([Promise.all(known), charts ? chartChanges(charts, before, update, access) : []])
    return { bases: [...read, ...gone.map((reference): Change => ({ reference, state: 'removed', before: bases[reference] }))], charts: packages }
  })
}

/** What a base's own registry says counts; a mirror is asked only where that cannot be reached. */
async function readNow(reference: string, access: RegistryAccess): Promise<ReadBase & { readonly mirror: boolean }> {
  const { readBase } = await import('../clients/read-base.ts')
  const { host } = parseReference(reference)
  if ((access.mirrors?.[host] ?? []).length === 0) return { ...await readBase(reference, access), mirror: false }
  try {
    return { ...await readBase(reference, { ...access, mirrors: {}, tries: 2 }), mirror: false }
  } catch (error) {
    if (!(error instanceof ReleaseError) || error.code !== 'NETWORK') throw error
    return { ...await readBase(reference, access), mirror: true }
  }
}

/** What is pinned may be gone from its registry: then nobody knows. */
async function sizeOf(reference: string, old: LockedImage | undefined, access: RegistryAccess): Promise<number | undefined> {
  if (!old) return undefined
  const { readBase } = await import('../clients/read-base.ts')
  const { host, repository } = parseReference(reference)
  return readBase(referenceText({ host, repository, digest: old.digest }), access).then(({ size }) => size, () => undefined)
}

function print({ options }: Setting, { bases, charts }: Changes): void {
  const all = [...bases, ...charts]
  const failures = all.flatMap(({ error }) => error === undefined ? [] : [error])
  if (options.json) {
    const listed = bases.map(({ error, ...change }) => ({ ...change, ...(error === undefined ? {} : { error: errorData(error) }) }))
    process.stdout.write(`${JSON.stringify({ bases: listed, ...chartData(charts) }, null, 2)}\n`)
    return
  }
  if (!options.quiet || all.some(({ state }) => state === 'changed')) {
    const rows = bases.map(({ reference, state, before, after, sizes, mirror }) => [
      reference, mirror ? `${state} (from a mirror)` : state, before && state !== 'kept' ? described(before, sizes?.before) : '',
      after ? described(after, sizes?.now) : '', Object.keys((after ?? before)?.platforms ?? {}).sort().join(' '),
    ])
    if (rows.length > 0) process.stdout.write(table([['base', 'state', 'before', 'now', 'platforms'], ...rows]))
    process.stdout.write(chartTable(charts))
  }
  if (failures.length > 0) printErrors(failures)
}

function described({ digest, created = 'no date' }: LockedImage, size: number | undefined): string {
  return [digest.slice(0, 'sha256:'.length + 16), created, ...(size === undefined ? [] : [readableBytes(size)])].join(', ')
}
