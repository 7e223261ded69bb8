import { s3Code } from '../../clients/s3.ts'
import { largestSkew } from '../../clients/server-clock.ts'
import type { Lookout } from '../../contracts/workshop.ts'
import { asProblem } from '../../values/as-problem.ts'
import { knownDigest } from '../../values/known-digest.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import { readableDuration } from '../../values/readable.ts'
import type { Release } from '../../values/release.ts'
import { isDemo, placeOf } from './placed.ts'
import { parseVersions, versionsPath } from './site-records.ts'
import { readRecord } from './site-pointers.ts'
import { differs } from './site-session.ts'
import type { SiteStore } from './site-store.ts'

export interface Checking extends Pick<Lookout, 'release' | 'notice'> {
  /** The destination's name. */
  readonly where: string
  readonly open: () => Promise<SiteStore>
  /** Milliseconds that this machine's clock is off the server's, as far as it was told. */
  readonly off?: () => number | undefined
  /** All that is sent there. */
  readonly what: readonly Outline[]
}

/** What keeps files from being written: no right to, names that they cannot have or that others have, lists of another project. */
export async function checkSite({ where, open, what, off = () => undefined, ...world }: Checking): Promise<readonly Problem[]> {
  const named = (await Promise.all(what.map(outline => problemsIn(where, async () => { placeOf(outline) })))).flat()
  try {
    const store = await open()
    await store.requireWritable()
    const listed = await problemsIn(where, async () => {
      const found = await store.readPointer(versionsPath)
      if (found) parseVersions(found.text, world.release.project.name, `${versionsPath} of ${store.where}`)
    })
    const taken = named.length > 0 || world.release.version.snapshot ? [] : await takenPlaces(store, { where, what, ...world })
    return [...named, ...clockProblems(where, off()), ...listed, ...taken]
  } catch (error) {
    // One that says so itself says how much.
    return [...named, ...s3Code(error) === 'RequestTimeTooSkewed' ? [] : clockProblems(where, off()), asProblem(where, error)]
  }
}

/** Servers refuse what was signed a quarter of an hour before or after their own time. */
function clockProblems(where: string, off = 0): readonly Problem[] {
  if (off <= largestSkew) return []
  return [{ where, code: 'DESTINATION', message: `Cannot publish at ${where}: the clock of this machine is ${readableDuration(off)} off the server's`, hint: 'Set it right: signatures hold for a quarter of an hour.' }]
}

interface Found {
  readonly outline: Outline
  readonly there: Awaited<ReturnType<SiteStore['digestAt']>>
}

/** Names below the version that have other bytes; snapshots replace what they had. */
async function takenPlaces(store: SiteStore, { where, what, notice, release }: Omit<Checking, 'open'>): Promise<readonly Problem[]> {
  const found = await Promise.all(what.map(async (outline): Promise<Found> => ({ outline, there: isDemo(outline) ? await listedDigest(store, outline, release) : await store.digestAt(placeOf(outline)) })))
  const unknown = found.filter(({ outline, there }) => there !== undefined && knownDigest(outline) === undefined).map(({ outline }) => placeOf(outline))
  if (unknown.length > 0) notice(`${where} has ${unknown[0]}${unknown.length > 1 ? ` and ${unknown.length - 1} more` : ''} already: a version's files never change, so it goes on only where the same bytes are made`)
  return found.flatMap(({ outline, there }) => {
    const own = knownDigest(outline)
    return there === undefined || own === undefined || there === own ? [] : [asProblem(where, differs(store.where, placeOf(outline), there, own))]
  })
}

/** What the record of the version says of a folder, whose files it lists. */
async function listedDigest(store: SiteStore, { name }: Outline, { version, project }: Release): Promise<Found['there']> {
  return (await readRecord(store, version.semver, project.name))?.artifacts.find(one => one.name === name)?.digest
}

async function problemsIn(where: string, act: () => Promise<void>): Promise<readonly Problem[]> {
  try {
    await act()
    return []
  } catch (error) {
    return [asProblem(where, error)]
  }
}
