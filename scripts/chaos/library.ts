import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishedLibrary } from '../testing/published-library.ts'

/** The library as it is published, once and for all: what is changed meanwhile is not tried, and a run starts in half the time. */
export interface Library {
  /** The address that a build.ts imports. */
  readonly address: string
  remove(): Promise<void>
}

export async function compiledLibrary(): Promise<Library> {
  const folder = await mkdtemp(join(tmpdir(), 'library-'))
  return { address: await publishedLibrary(folder), remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}
