import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { libraryFolder } from '../../test/release/support/start.ts'

/** The library as it is published, once and for all: what is changed meanwhile is not tried, and a run starts in half the time. */
export interface Library {
  /** The address of one of its modules. */
  module(path: string): string
  remove(): Promise<void>
}

export async function compiledLibrary(): Promise<Library> {
  const folder = await mkdtemp(join(tmpdir(), 'library-'))
  const modules = join(libraryFolder, 'node_modules')
  // Types are checked elsewhere.
  await promisify(execFile)(process.execPath, [
    join(modules, 'typescript/bin/tsc'), '-p', join(libraryFolder, 'tsconfig.package.json'), '--outDir', join(folder, 'built'), '--declaration', 'false', '--noCheck',
  ])
  await copyFile(join(libraryFolder, 'package.json'), join(folder, 'package.json'))
  await symlink(modules, join(folder, 'node_modules'))
  return {
    module: path => pathToFileURL(join(folder, 'built', path)).href,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
}
