import type { BareClone, TreeFile } from '../../clients/git/bare-clone.ts'
import type { Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import type { FileEntry } from '../../values/files.ts'
import { isDemo } from './tapped-files.ts'
import type { TapArtifact } from './tap-record.ts'

const [file, program] = ['100644', '100755']

/** The two modes of files that git knows. */
export function gitMode(mode: number): string {
  return mode & 0o100 ? program : file
}

/**
 * The digest of an artifact as it lies in a tree: of the list of its files for a demo, of the one file for others.
 * @param at the file at a path of the artifact
 * @returns undefined where a file is not there
 */
export async function readBack(clone: BareClone, artifact: Pick<TapArtifact, 'kind' | 'name' | 'files'>, at: (path: string) => TreeFile | undefined): Promise<Digest | undefined> {
  const found: FileEntry[] = []
  for (const entry of artifact.files) {
    const there = at(entry.path)
    if (there?.mode !== file && there?.mode !== program) return undefined
    const { digest, size } = await clone.hashObject(there.object)
    const mode = gitMode(entry.mode) === there.mode ? entry.mode : Number.parseInt(there.mode.slice(3), 8)
    found.push({ ...entry, mode, size, digest })
  }
  // As the artifact itself was written.
  return isDemo(artifact) ? digestOf(JSON.stringify(found)) : found[0]?.digest
}
