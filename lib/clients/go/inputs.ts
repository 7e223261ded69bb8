import type { Observer } from '../../contracts/workshop.ts'
import type { Observation } from '../../contracts/observation.ts'
import { ReleaseError } from '../../values/errors.ts'
import { goListing, type ListingRequest } from './listing.ts'
import { hashFile } from '../hash-file.ts'
import { relativePath } from './module-tree.ts'

/**
 * What a compile's bytes depend on outside of its options: the files it reads by content, other modules by their sums.
 * @param fresh reads every file again, whatever was read earlier in this run
 * @throws ReleaseError as `goListing`
 */
export async function goInputs(observer: Observer, request: ListingRequest, fresh = false): Promise<Observation> {
  const { folder } = request.source.place
  const { files, modules } = await goListing(observer, request, fresh)
  const digests = await digestsOf(observer, files, fresh)
  const contents = files.map((file, index) => [relativePath(folder, file), digests[index] ?? ''] as const)
  return { value: { files: contents.sort(byPath), modules }, reads: files }
}

async function digestOfFile(file: string): Promise<string> {
  const { digest } = await hashFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new ReleaseError(`Cannot read ${file}: ${cause.message}`, cause.code === 'ENOENT'
      ? { code: 'CHANGED', cause, hint: 'It was there a moment ago: run again when nothing else writes to the source.' }
      : { code: 'FILES', cause, hint: 'Make it readable.' })
  })
  return digest
}

/** Absolute paths may sort otherwise elsewhere. */
function byPath([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1
}

const atOnce = 16

/** In the files' order, a few at a time: a source may have more files than a process may open. */
async function digestsOf(observer: Observer, files: readonly string[], fresh: boolean): Promise<readonly string[]> {
  const none = async (): Promise<Map<string, Promise<string>>> => new Map()
  const read = await (fresh ? none() : observer.once('digests of Go files', none))
  const digest = (file: string): Promise<string> => {
    const reading = read.get(file) ?? digestOfFile(file)
    read.set(file, reading)
    return reading
  }
  const digests: string[] = []
  const waiting = files.entries()
  const worker = async (): Promise<void> => {
    for (const [index, file] of waiting) digests[index] = await digest(file)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return digests
}
