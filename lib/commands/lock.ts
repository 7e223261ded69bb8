import { writeWhole } from '../clients/write-whole.ts'
import type { Lock, LockedImage } from '../formats/lock-file.ts'
import { lockText } from '../formats/lock-file.ts'
import { ReleaseError } from '../values/errors.ts'
import { mirrorsOf } from '../values/mirrors.ts'
import { readableBytes } from '../values/readable.ts'
import { lockFileOf, readLock, referencesOf, registryEnvironment } from './bases.ts'
import { confirm } from './confirm.ts'
import { errorData, printErrors } from './print-errors.ts'
import type { Setting } from './setting.ts'
import { table } from './table.ts'
import { withRuntime } from './with-runtime.ts'

/** What happens to one base. */
interface Change {
  readonly reference: string
  readonly state: 'kept' | 'added' | 'changed' | 'removed' | 'failed'
  readonly before?: LockedImage | undefined
  readonly after?: LockedImage | undefined
  /** Bytes that one platform takes to fetch. */
  readonly size?: number | undefined
  readonly error?: unknown
}

/**
 * Pins each base of build.ts by digest in slipway.lock. What is pinned stays, unless `update` asks for what the tags mean now:
 * then what would change is shown first.
 * @returns 0 where every base is pinned, 1 where one could not be read, or a change was not agreed to
 */
export async function lock(setting: Setting, update: boolean): Promise<number> {
  const file = lockFileOf(setting)
  const before = readLock(file)
  const references = [...new Set(Object.values(referencesOf(setting.definition)))].sort()
  if (references.length === 0) {
    throw new ReleaseError('Cannot lock bases: build.ts names none', { code: 'USAGE', hint: 'Add bases: { alpine: \'docker.io/library/alpine:3\' } to build.ts.' })
  }
  const changes = await changesOf(setting, before, references, update)
  print(setting, changes)
  const after: Lock = { bases: Object.fromEntries(changes.flatMap(({ reference, state, before: old, after: made }) => {
    const kept = state === 'failed' ? old : made
    return kept && state !== 'removed' ? [[reference, kept]] : []
  })) }
  const failed = changes.some(({ state }) => state === 'failed')
  if (lockText(after) === lockText(before)) return failed ? 1 : 0
  const asks = changes.some(({ state }) => state === 'changed')
  if (asks && !await confirm(setting, `Write this to ${file}?`)) return 1
  await writeWhole(file, [Buffer.from(lockText(after))])
  if (!setting.options.quiet && !setting.options.json) process.stderr.write(`wrote ${file}\n`)
  return failed ? 1 : 0
}

async function changesOf(setting: Setting, { bases }: Lock, references: readonly string[], update: boolean): Promise<readonly Change[]> {
  const { readBase } = await import('../clients/read-base.ts')
  return withRuntime(setting, async runtime => {
    const access = {
      environment: registryEnvironment(setting.environment), mirrors: mirrorsOf(setting.definition.mirrors, setting.environment['SLIPWAY_MIRRORS']),
      exec: runtime.exec({}), signal: setting.signal,
    }
    const known = references.map(async (reference): Promise<Change> => {
      const old = Object.hasOwn(bases, reference) ? bases[reference] : undefined
      if (old && !update) return { reference, state: 'kept', before: old, after: old }
      try {
        const { image, size } = await readBase(reference, access)
        const state = !old ? 'added' : old.digest === image.digest ? 'kept' : 'changed'
        return { reference, state, before: old, after: image, size }
      } catch (error) {
        if (setting.signal.aborted) throw error
        return { reference, state: 'failed', before: old, error }
      }
    })
    const gone = Object.keys(bases).filter(reference => !references.includes(reference))
    return [...await Promise.all(known), ...gone.map((reference): Change => ({ reference, state: 'removed', before: bases[reference] }))]
  })
}

function print({ options }: Setting, changes: readonly Change[]): void {
  const failures = changes.flatMap(({ error }) => error === undefined ? [] : [error])
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ bases: changes.map(({ error, ...change }) => ({ ...change, ...(error === undefined ? {} : { error: errorData(error) }) })) }, null, 2)}\n`)
    return
  }
  if (!options.quiet) {
    const rows = changes.map(({ reference, state, before, after, size }) => [
      reference, state, before && state !== 'kept' ? `${short(before)} (${before.created ?? 'no date'})` : '',
      after ? `${short(after)} (${after.created ?? 'no date'})` : '', size === undefined ? '' : readableBytes(size),
      Object.keys((after ?? before)?.platforms ?? {}).sort().join(' '),
    ])
    process.stdout.write(table([['base', 'state', 'before', 'now', 'size', 'platforms'], ...rows]))
  }
  if (failures.length > 0) printErrors(failures)
}

function short({ digest }: LockedImage): string {
  return digest.slice(0, 19)
}
