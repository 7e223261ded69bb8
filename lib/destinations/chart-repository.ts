import { join, relative, resolve, sep } from 'node:path'
import type { Destination, Finding } from '../contracts/destination.ts'
import type { Place } from '../contracts/workshop.ts'
import type { OutlineOf } from '../values/artifact.ts'
import type { Chart } from '../values/chart.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Outline } from '../values/outline.ts'

export interface ChartRepositoryOptions {
  /** Where the folder is served: `https://example.github.io/charts`. */
  readonly url: string
}

/**
 * A folder that is served as a classic chart repository, a checkout of a branch of pages for instance: charts go beside those
 * that are there, and into its index.yaml, where all other versions stay byte for byte. A package is there before the index names
 * it, and the index is replaced by one rename. Two runs at one moment are not provided for: the last one that writes the index
 * finds what the other has written, unless they do so within the same few milliseconds.
 * @param path relative to the folder of build.ts; it is made where there is none
 * @throws ReleaseError (USAGE) for an address that is none, and for the folder of build.ts itself
 */
export function chartRepository(path: string, { url }: ChartRepositoryOptions): Destination<Chart> {
  const base = addressOf(url)
  const folderIn = ({ root }: Pick<Place, 'root'>): string => folderOf(path, root)
  folderOf(path, resolve('/'))
  return {
    name: `chart repository ${path}`,
    local: true,
    reversible: true,
    url: ({ name }) => `${base}/${name}`,
    outputs: place => [folderIn(place)],
    check: async ({ place, content, release, notice }, what) => {
      const { checkRepository } = await import('./chart-repository/check-repository.ts')
      return checkRepository({ folder: folderIn(place), base, content, release, notice, what: what as readonly OutlineOf<Chart>[] })
    },
    probe: async (what, { place }) => find(folderIn(place), what),
    open: async ({ version }, { place }) => (await import('./chart-repository/open-repository.ts')).openRepository({ folder: folderIn(place), base, created: version.date }),
  }
}

/** A chart's own digest is its manifest's, which a classic repository does not have. */
async function find(folder: string, what: Outline): Promise<Finding> {
  const { indexText, indexFile } = await import('./chart-repository/index-file.ts')
  const text = await indexText(folder)
  if (text === undefined) return { state: 'absent' }
  const { isVersion, listedVersion, readIndex } = await import('../formats/chart/index-yaml-read.ts')
  const { entries } = readIndex(text, join(folder, indexFile))
  const { chart = '', version = '' } = what as Partial<Chart>
  const listed = Object.hasOwn(entries, chart) ? entries[chart] ?? [] : []
  return { state: listed.some(item => isVersion(listedVersion(item), version)) ? 'public' : 'absent' }
}

function folderOf(path: string, root: string): string {
  const folder = resolve(root, path)
  const way = relative(folder, root)
  if (path !== '' && way.split(sep)[0] === '..') return folder
  throw new ReleaseError(`Cannot use ${JSON.stringify(path)} as a chart repository: the project itself is in it`, {
    code: 'USAGE', hint: 'Name a folder of its own, a checkout of the branch of pages for instance.',
  })
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.search === '' && parsed.hash === '') return parsed.href.replace(/\/+$/, '')
  throw new ReleaseError(`Cannot use ${JSON.stringify(url)} as the address of a chart repository: it is no web address`, {
    code: 'USAGE', hint: 'Write where the folder is served, such as https://example.github.io/charts.',
  })
}
