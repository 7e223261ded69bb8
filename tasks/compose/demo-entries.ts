import { posix } from 'node:path'
import { configName, type DemoPlan } from '../../lib/formats/compose/demo-plan.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { FileEntry } from '../../lib/values/files.ts'

export interface DemoEntries {
  /** What the release writes. */
  readonly written: readonly FileEntry[]
  /** Configs and licenses where the project has them. */
  readonly own: readonly FileEntry[]
  /** All else. */
  readonly others: readonly FileEntry[]
  readonly licenseFiles: readonly string[]
}

/**
 * The files of a demo by the paths they have in it, sorted: configs are called what containers call them.
 * @throws ReleaseError (FILES) for a config that is several files, (NAME) for two files at one path
 */
export function demoEntries({ configs }: DemoPlan, { written, own, others, licenseFiles }: DemoEntries): readonly FileEntry[] {
  const find = (path: string, file: string): FileEntry => {
    const found = own.find(entry => entry.path === posix.normalize(file))
    if (!found) throw severalFiles(file)
    return { ...found, path }
  }
  const taken = [...configs.map(config => find(configName(config), config.file)), ...licenseFiles.map(file => find(file, file)), ...others]
  // Whoever has a README of their own means that one.
  const kept = taken.some(({ path }) => path === 'README.md') ? written.filter(({ path }) => path !== 'README.md') : written
  const all = [...kept, ...taken]
  refuseTwice(all)
  return all.sort((a, b) => a.path < b.path ? -1 : 1)
}

/** Names that differ in case only are one name on the file systems of macOS and Windows. */
function refuseTwice(entries: readonly FileEntry[]): void {
  const paths = new Set<string>()
  for (const { path } of entries) {
    if (paths.has(path.toLowerCase())) {
      throw new ReleaseError(`Cannot make a compose file: two files beside it are called ${path}`, { code: 'NAME', hint: 'Give one of them another name, or a folder of its own with "to".' })
    }
    paths.add(path.toLowerCase())
  }
}

function severalFiles(file: string): ReleaseError {
  return new ReleaseError(`Cannot make a compose file: ${file} is not one file`, { code: 'FILES', hint: 'Name each config by its path.' })
}
