import { copyFile, constants, link, mkdir, readFile, readdir, rename, rm, stat, writeFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session, Shipped, Staged } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import { hashFile } from '../../clients/hash-file.ts'
import { releaseRecord } from '../../formats/release-record.ts'
import type { Artifact } from '../../values/artifact.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Folders } from '../directory.ts'
import { checkFolder } from './check-folder.ts'
import { exists } from './heal-folder.ts'
import { readSignatures, signatureOf, sameSignature, type Signatures } from './signatures.ts'

/** Fills a folder beside the destination, file by file as artifacts are made. */
export async function openFolder(folders: Folders): Promise<Session<Artifact>> {
  const draft = `${folders.draftPrefix}${process.pid}`
  const known = await readSignatures(folders.runRecord)
  /** Files of the folder as it is that are exactly what is released: they are not written again. */
  const kept = new Set<string>()
  return {
    stage: async (artifact, world) => {
      refuseName(artifact.name)
      if (await isKept(folders, artifact, known)) kept.add(artifact.name)
      else await copyIn(artifact, draft, world)
      return { artifact, url: join(folders.folder, artifact.name) }
    },
    verify: async ({ artifact }) => {
      if (kept.has(artifact.name)) return { state: 'staged', digest: artifact.digest }
      return { state: 'staged', digest: (await hashFile(join(draft, artifact.name))).digest }
    },
    commit: (shipped, world) => commit(folders, draft, kept, shipped, world),
    retract: async () => {
      await rm(draft, { recursive: true, force: true })
      return []
    },
  }
}

async function copyIn(artifact: Artifact, draft: string, world: World): Promise<void> {
  await mkdir(draft, { recursive: true })
  const target = join(draft, artifact.name)
  await copyFile(await world.content.file(artifact), target, constants.COPYFILE_FICLONE)
  await chmod(target, artifact.kind === 'binary' ? 0o755 : 0o644)
}

async function commit(folders: Folders, draft: string, kept: ReadonlySet<string>, shipped: Shipped, world: World): Promise<void> {
  const artifacts = shipped.staged.map(({ artifact }) => artifact)
  const record = releaseRecord({ release: shipped.release, artifacts, binaries: shipped.binaries, partial: shipped.partial })
  if (!(await isUnchanged(folders.folder, kept, artifacts, record))) {
    await refuseForeign(folders)
    await mkdir(draft, { recursive: true })
    for (const name of kept) await link(join(folders.folder, name), join(draft, name))
    await writeFile(join(draft, 'release.json'), record)
    await replace(folders, draft)
  }
  world.report('directory', { folder: folders.folder, files: await signaturesOf(folders.folder, shipped.staged) })
}

/** Whether the folder holds exactly this release already. */
async function isUnchanged(folder: string, kept: ReadonlySet<string>, artifacts: readonly Artifact[], record: string): Promise<boolean> {
  if (kept.size !== artifacts.length) return false
  const names = await readdir(folder).catch(() => [])
  if (names.length !== artifacts.length + 1) return false
  return await readFile(join(folder, 'release.json'), 'utf8').catch(() => undefined) === record
}

/** Two renames; between them the former content is the one thing a kill leaves without its place. */
async function replace({ folder, former }: Folders, draft: string): Promise<void> {
  await rm(former, { recursive: true, force: true })
  if (await exists(folder)) await rename(folder, former)
  await rename(draft, folder)
  await rm(former, { recursive: true, force: true })
}

/** Whether the folder's file is this artifact, untouched since it was written and read back. */
async function isKept({ folder }: Folders, artifact: Artifact, known: Signatures): Promise<boolean> {
  const before = known[artifact.name]
  if (before?.digest !== artifact.digest) return false
  const now = await stat(join(folder, artifact.name)).catch(() => undefined)
  return now !== undefined && sameSignature(before, signatureOf(now, artifact.digest))
}

async function signaturesOf(folder: string, staged: readonly Staged[]): Promise<Signatures> {
  const entries = await Promise.all(staged.map(async ({ artifact }) =>
    [artifact.name, signatureOf(await stat(join(folder, artifact.name)), artifact.digest)] as const))
  return Object.fromEntries(entries)
}

async function refuseForeign(folders: Folders): Promise<void> {
  const [problem] = await checkFolder(folders)
  if (problem) throw new ReleaseError(problem.message, { code: 'DESTINATION', ...(problem.hint ? { hint: problem.hint } : {}) })
}

function refuseName(name: string): void {
  if (!/[/\\\0]/.test(name) && !['', '.', '..', 'release.json'].includes(name)) return
  throw new ReleaseError(`Cannot publish an artifact called ${JSON.stringify(name)} in a directory: it is no file name of its own`, {
    code: 'NAME', hint: 'Give it a name without slashes that is not release.json.',
  })
}
