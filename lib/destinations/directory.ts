import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Destination } from '../contracts/destination.ts'
import type { Place } from '../contracts/workshop.ts'
import type { Artifact, OutlineOf } from '../values/artifact.ts'
import type { Demo } from '../values/demo.ts'
import type { Descriptor } from '../values/descriptor.ts'
import { digestOf } from '../values/digest.ts'
import { ReleaseError } from '../values/errors.ts'
import { checkFolder } from './directory/check-folder.ts'
import { healFolder } from './directory/heal-folder.ts'
import { openFolder } from './directory/open-folder.ts'
import { isDemo, isLaid, layoutFolder, placeOf } from './directory/placed-files.ts'
import { refuseName } from './directory/refuse-name.ts'
import { hashFile } from '../clients/hash-file.ts'

/** Where a directory destination lies and what stands beside it while it is made. */
export interface Folders {
  readonly folder: string
  /** Says what the last run did; never part of a release. */
  readonly runRecord: string
  /** Says what a promotion has shown; never part of a release. */
  readonly proof: string
  /** What is being filled, and what waits between two renames. It is only there while a run is, or after one was killed. */
  readonly working: string
}

/** The folders of a directory destination. */
export function foldersOf(path: string, { root, out }: Place): Folders {
  const folder = out ?? resolve(root, path)
  return { folder, runRecord: `${folder}.run.json`, proof: `${folder}.promotion.json`, working: join(dirname(folder), `.${basename(folder)}.slipway`) }
}

/** All that a release writes there. */
export function pathsOf({ folder, runRecord, proof, working }: Folders): readonly string[] {
  return [folder, runRecord, proof, working]
}

/**
 * A folder that holds one whole release and its release.json, or what it held before: it is filled beside its place and
 * moved there by two renames; the next run heals a kill between them.
 * @param path relative to the folder of build.ts; --out takes its place
 */
export function directory(path = 'dist'): Destination<Artifact> {
  return {
    name: `directory ${path}`,
    local: true,
    rehearsal: true,
    reversible: true,
    url: outline => {
      refuseName(outline)
      return placeOf(path, outline)
    },
    outputs: place => pathsOf(foldersOf(path, place)),
    check: ({ place }) => checkFolder(foldersOf(path, place)),
    probe: async (what, { place }) => {
      const { folder } = foldersOf(path, place)
      const found = await (isLaid(what) ? laidIn(folder, what) : isDemo(what) ? demoIn(folder, what) : hashFile(join(folder, what.name))).catch(() => undefined)
      return found ? { state: 'public', digest: found.digest } : { state: 'absent' }
    },
    open: async (_release, world) => {
      const folders = foldersOf(path, world.place)
      const first = await world.once(`directory ${folders.folder}`, async () => path)
      if (first !== path) throw twice(folders, first, path)
      await healFolder(folders)
      return openFolder(folders)
    },
  }
}

async function laidIn(folder: string, outline: Parameters<typeof layoutFolder>[0]): Promise<Descriptor> {
  const { layoutIn } = await import('../oci/layout.ts')
  return layoutIn(join(folder, layoutFolder(outline))).resolve(outline.tag)
}

/** A demo's bytes are the list of its files. Its folder has no version in its name: release.json says of which it is. */
async function demoIn(folder: string, { name, folder: own }: OutlineOf<Demo>): Promise<Pick<Descriptor, 'digest'> | undefined> {
  const { artifacts } = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as { readonly artifacts: readonly { readonly name: string }[] }
  if (artifacts.every(one => one.name !== name)) return undefined
  const { demoFiles } = await import('./directory/demo-files.ts')
  return { digest: digestOf(JSON.stringify(await demoFiles(join(folder, own), hashFile))) }
}

function twice({ folder }: Folders, first: string, second: string): ReleaseError {
  return new ReleaseError(`Cannot publish in the directories ${first} and ${second}: both are ${folder}, and one would take the place of the other`, {
    code: 'DESTINATION', hint: 'Use one directory(); --out is for releases that have only one.',
  })
}
