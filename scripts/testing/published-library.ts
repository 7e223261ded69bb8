import { symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle } from '../package/bundle.ts'
import { published } from '../package/entries.ts'

/** Builds the library as it is published, without its types, into a folder. @returns the address that a build.ts imports */
export async function publishedLibrary(folder: string): Promise<string> {
  await bundle({ folder: join(folder, 'built'), ...published })
  for (const name of ['package.json', 'node_modules']) await symlink(resolve(name), join(folder, name))
  return pathToFileURL(join(folder, 'built/lib/index.js')).href
}
