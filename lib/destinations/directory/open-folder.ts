import { chmod, copyFile, constants, link, mkdir, readFile, readdir, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session, Shipped } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import { hashFile } from '../../clients/hash-file.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import { releaseRecord } from '../../formats/release-record.ts'
import type { Artifact } from '../../values/artifact.ts'
import { diskError } from '../../values/disk-error.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Folders } from '../directory.ts'
import { checkFolder } from './check-folder.ts'
import { refuseName } from './refuse-name.ts'
import { readSignatures, signatureOf, sameSignature, type Signature, type Signatures } from './signatures.ts'
import { swapFolder, workingName } from './swap-folder.ts'

/** One release on its way into the folder. */
interface Filling {
  readonly folders: Folders
  /** What is moved into the folder's place at the end. */
  readonly draft: string
  /** Files of the folder as it is that are exactly what is released, as they looked then: they are not written again. */
  readonly kept: Map<string, Signature>
}

/** Fills a folder beside the destination, file by file as artifacts are made. */
export async function openFolder(folders: Folders): Promise<Session<Artifact>> {
  const known = await readSignatures(folders.runRecord)
  const filling: Filling = { folders, draft: workingName(folders, 'draft'), kept: new Map() }
  const { draft, kept } = filling
  const close = async (): Promise<void> => {
    await removeTree(draft)
    await rmdir(folders.working).catch(() => undefined)   // another run may be at work in it
  }
  return {
    stage: async (artifact, world) => {
      refuseName(artifact)
      const there = await keepable(folders, artifact, known[artifact.name])
      if (there) kept.set(artifact.name, there)
      else await writing(folders, () => copyIn(artifact, draft, world))
      return { artifact, url: join(folders.folder, artifact.name) }
    },
    verify: async ({ artifact }) => {
      const digest = kept.get(artifact.name)?.digest ?? (await hashFile(join(draft, artifact.name))).digest
      return { state: 'staged', digest }
    },
    commit: (shipped, world) => commit(filling, shipped, world),
    retract: async () => {
      await close()
      return []
    },
    close,
  }
}

async function commit(filling: Filling, shipped: Shipped, world: World): Promise<void> {
  const { folders } = filling
  const artifacts = shipped.staged.map(({ artifact }) => artifact)
  const record = releaseRecord({ release: shipped.release, artifacts, binaries: shipped.binaries, partial: shipped.partial })
  if (await isUnchanged(filling, artifacts, record)) {
    world.report('directory', { folder: folders.folder, files: Object.fromEntries(filling.kept) })
    return
  }
  await refuseForeign(folders)
  const signatures = await writing(folders, () => fillAndSwap(filling, artifacts, record, world))
  world.report('directory', { folder: folders.folder, files: signatures })
}

async function fillAndSwap({ folders, draft, kept }: Filling, artifacts: readonly Artifact[], record: string, world: World): Promise<Signatures> {
  await makeFolder(draft)
  for (const artifact of artifacts) {
    const there = kept.get(artifact.name)
    if (there && !(await linkIn(folders, artifact, there, draft))) await copyIn(artifact, draft, world)
  }
  await writeFile(join(draft, 'release.json'), record)
  await chmod(join(draft, 'release.json'), 0o644)
  await requireWhole(draft, artifacts)
  const before = await signaturesOf(draft, artifacts)
  await swapFolder(folders, draft)
  return settled(folders, before)
}

/** What was taken over by a link has lost one since, which moves its change time; another run may have replaced all. */
async function settled({ folder }: Folders, before: Signatures): Promise<Signatures> {
  return Object.fromEntries(await Promise.all(Object.entries(before).map(async ([name, then]) => {
    const status = await stat(join(folder, name)).catch(() => undefined)
    const now = status && signatureOf(status, then.digest)
    return [name, now && sameSignature({ ...now, changed: then.changed }, then) ? now : then] as const
  })))
}

/** Another run may just be removing the empty folder in which it is made. */
async function makeFolder(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(folder, { recursive: true })
      return
    } catch (error) {
      if (tries === 5 || !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}

async function copyIn(artifact: Artifact, draft: string, world: World): Promise<void> {
  await makeFolder(draft)
  const target = join(draft, artifact.name)
  await copyFile(await world.content.file(artifact), target, constants.COPYFILE_FICLONE)
  await chmod(target, modeOf(artifact))
}

/** Takes a file over as it is, where nobody touched it since; some file systems have no links. */
async function linkIn({ folder }: Folders, { name }: Artifact, there: Signature, draft: string): Promise<boolean> {
  const now = await stat(join(folder, name)).catch(() => undefined)
  if (!now || !sameSignature(there, signatureOf(now, there.digest))) return false
  return link(join(folder, name), join(draft, name)).then(() => true, () => false)
}

/** Whatever else may write there: what becomes public is what was staged, all of it and nothing else. */
async function requireWhole(draft: string, artifacts: readonly Artifact[]): Promise<void> {
  const wanted = ['release.json', ...artifacts.map(({ name }) => name)].sort()
  const found = (await readdir(draft)).sort()
  if (found.join('/') === wanted.join('/')) return
  const differing = wanted.find(name => !found.includes(name)) ?? found.find(name => !wanted.includes(name))
  throw new ReleaseError(`Cannot publish ${draft}: something else writes there, see ${differing}`, {
    code: 'DESTINATION', hint: 'Run the release again when nothing else releases into the same folder.',
  })
}

/** Whether the folder holds exactly this release already. */
async function isUnchanged({ folders: { folder }, kept }: Filling, artifacts: readonly Artifact[], record: string): Promise<boolean> {
  if (kept.size !== artifacts.length) return false
  const names = await readdir(folder).catch(() => [])
  if (names.length !== artifacts.length + 1) return false
  return await readFile(join(folder, 'release.json'), 'utf8').catch(() => undefined) === record
}

/**
 * The look of the folder's file where it is this artifact: untouched since it was written and read back, or, where nothing
 * is known of that, with the same bytes.
 */
async function keepable({ folder }: Folders, artifact: Artifact, before: Signature | undefined): Promise<Signature | undefined> {
  const file = join(folder, artifact.name)
  const now = await stat(file).catch(() => undefined)
  if (!now?.isFile() || now.size !== artifact.size || (now.mode & 0o777) !== modeOf(artifact)) return undefined
  const signature = signatureOf(now, artifact.digest)
  if (before && sameSignature(before, signature)) return signature
  const found = await hashFile(file).catch(() => undefined)
  return found?.digest === artifact.digest ? signature : undefined
}

function modeOf({ kind }: Artifact): number {
  return kind === 'binary' ? 0o755 : 0o644
}

async function signaturesOf(folder: string, artifacts: readonly Artifact[]): Promise<Signatures> {
  const entries = await Promise.all(artifacts.map(async ({ name, digest }) =>
    [name, signatureOf(await stat(join(folder, name)), digest)] as const))
  return Object.fromEntries(entries)
}

async function refuseForeign(folders: Folders): Promise<void> {
  const [problem] = await checkFolder(folders)
  if (problem) throw new ReleaseError(problem.message, { code: 'DESTINATION', ...(problem.hint ? { hint: problem.hint } : {}) })
}

async function writing<T>({ folder }: Folders, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw diskError(error, `the folder ${folder}`) ?? error
  }
}
