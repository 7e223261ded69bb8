import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import { hashFile } from '../../clients/hash-file.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Digest } from '../../values/descriptor.ts'
import type { Folders } from '../directory.ts'
import { commitFolder, writing } from './commit-folder.ts'
import { copyIn, keepable, type Filling } from './filling.ts'
import { placedFiles, placeOf, type PlacedFile } from './placed-files.ts'
import { refuseName } from './refuse-name.ts'
import { readSignatures } from './signatures.ts'
import { workingName } from './swap-folder.ts'

/** Fills a folder beside the destination, file by file as artifacts are made. */
export async function openFolder(folders: Folders): Promise<Session<Artifact>> {
  const known = await readSignatures(folders.runRecord)
  const filling: Filling = { folders, draft: workingName(folders, 'draft'), kept: new Map() }
  const { draft, kept } = filling
  /** What is placed, or about to be: images share layers, so that several artifacts may come with one file. */
  const placed = new Map<string, { readonly file: PlacedFile, readonly done: Promise<void> }>()
  const byArtifact = new Map<string, readonly PlacedFile[]>()
  // A chart and its package have one name.
  const keyOf = ({ kind, name }: Artifact): string => `${kind} ${name}`

  const place = async (file: PlacedFile, { content }: World): Promise<void> => {
    const there = await keepable(folders, file, known[file.path])
    if (there) kept.set(file.path, there)
    else await writing(folders, () => copyIn(file, draft, content))
  }
  const placeOnce = (file: PlacedFile, world: World): Promise<void> => {
    const earlier = placed.get(file.path)
    if (earlier) return earlier.done
    const done = place(file, world)
    placed.set(file.path, { file, done })
    // A damaged blob is made again, and then placed again.
    done.catch(() => placed.delete(file.path))
    return done
  }
  const digestOf = async ({ path }: PlacedFile): Promise<Digest> => kept.get(path)?.digest ?? (await hashFile(join(draft, path))).digest
  const close = async (): Promise<void> => {
    await removeTree(draft)
    await rmdir(folders.working).catch(() => undefined)   // another run may be at work in it
  }
  return {
    stage: async (artifact, world) => {
      refuseName(artifact)
      const files = await placedFiles(artifact, world.content)
      byArtifact.set(keyOf(artifact), files)
      for (const file of files) await placeOnce(file, world)
      return { artifact, url: placeOf(folders.folder, artifact) }
    },
    verify: async ({ artifact }) => {
      for (const file of byArtifact.get(keyOf(artifact)) ?? []) {
        const found = await digestOf(file)
        if (found !== file.bytes.digest) return { state: 'staged', digest: found }
      }
      return { state: 'staged', digest: artifact.digest }
    },
    commit: (shipped, world) => commitFolder(filling, [...placed.values()].map(({ file }) => file), shipped, world),
    retract: async () => {
      await close()
      return []
    },
    close,
  }
}
