import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Shipped } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import { releaseRecord } from '../../formats/release-record.ts'
import { diskError } from '../../values/disk-error.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Folders } from '../directory.ts'
import { checkFolder } from './check-folder.ts'
import { copyIn, linkIn, makeFolder, type Filling } from './filling.ts'
import { joinedFiles } from './joined-files.ts'
import type { PlacedFile } from './placed-files.ts'
import { sameSignature, signatureOf, type Signatures } from './signatures.ts'
import { swapFolder } from './swap-folder.ts'

/** Puts what was staged into the folder's place, with release.json and what its files have in common. */
export async function commitFolder(filling: Filling, placed: readonly PlacedFile[], shipped: Shipped, world: World): Promise<void> {
  const { folders } = filling
  const artifacts = shipped.staged.map(({ artifact }) => artifact)
  const record = releaseRecord({ release: shipped.release, artifacts, binaries: shipped.binaries, partial: shipped.partial })
  const texts = new Map([...joinedFiles(artifacts), ['release.json', record]])
  if (await isUnchanged(filling, placed, texts)) {
    world.report('directory', { folder: folders.folder, files: Object.fromEntries(filling.kept) })
    return
  }
  await refuseForeign(folders)
  const signatures = await writing(folders, () => fillAndSwap(filling, placed, texts, world))
  world.report('directory', { folder: folders.folder, files: signatures })
}

async function fillAndSwap({ folders, draft, kept }: Filling, placed: readonly PlacedFile[], texts: ReadonlyMap<string, string>, world: World): Promise<Signatures> {
  await makeFolder(draft)
  for (const file of placed) {
    const there = kept.get(file.path)
    if (there && !(await linkIn(folders, file, there, draft))) await copyIn(file, draft, world.content)
  }
  for (const [path, text] of texts) {
    await makeFolder(dirname(join(draft, path)))
    await writeFile(join(draft, path), text)
    await chmod(join(draft, path), 0o644)
  }
  await requireWhole(draft, [...placed.map(({ path }) => path), ...texts.keys()])
  const before = await signaturesOf(draft, placed)
  await swapFolder(folders, draft)
  return settled(folders, before)
}

/** What was taken over by a link has lost one since, which moves its change time; another run may have replaced all. */
async function settled({ folder }: Folders, before: Signatures): Promise<Signatures> {
  return Object.fromEntries(await Promise.all(Object.entries(before).map(async ([path, then]) => {
    const status = await stat(join(folder, path)).catch(() => undefined)
    const now = status && signatureOf(status, then.digest)
    return [path, now && sameSignature({ ...now, changed: then.changed }, then) ? now : then] as const
  })))
}

/** Whatever else may write there: what becomes public is what was staged, all of it and nothing else. */
async function requireWhole(draft: string, paths: readonly string[]): Promise<void> {
  const wanted = [...paths].sort()
  const found = await filesBelow(draft)
  if (found.join('\0') === wanted.join('\0')) return
  const differing = wanted.find(path => !found.includes(path)) ?? found.find(path => !wanted.includes(path))
  throw new ReleaseError(`Cannot publish ${draft}: something else writes there, see ${differing}`, {
    code: 'DESTINATION', hint: 'Run the release again when nothing else releases into the same folder.',
  })
}

/** The paths of all that is in a folder but the folders themselves, sorted. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const prefix = folder.length + 1
  return found.filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(prefix).replaceAll('\\', '/')).sort()
}

/** Whether the folder holds exactly this release already. */
async function isUnchanged({ folders: { folder }, kept }: Filling, placed: readonly PlacedFile[], texts: ReadonlyMap<string, string>): Promise<boolean> {
  if (kept.size !== placed.length) return false
  if ((await filesBelow(folder)).length !== placed.length + texts.size) return false
  const same = await Promise.all([...texts].map(async ([path, text]) => await readFile(join(folder, path), 'utf8').catch(() => undefined) === text))
  return same.every(Boolean)
}

async function signaturesOf(folder: string, placed: readonly PlacedFile[]): Promise<Signatures> {
  return Object.fromEntries(await Promise.all(placed.map(async ({ path, bytes }) =>
    [path, signatureOf(await stat(join(folder, path)), bytes.digest)] as const)))
}

async function refuseForeign(folders: Folders): Promise<void> {
  const [problem] = await checkFolder(folders)
  if (problem) throw new ReleaseError(problem.message, { code: 'DESTINATION', ...(problem.hint ? { hint: problem.hint } : {}) })
}

/** A disk that is full is one error, whatever was being written. */
export async function writing<T>({ folder }: Folders, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw diskError(error, `the folder ${folder}`) ?? error
  }
}
