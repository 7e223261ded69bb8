import { createHash } from 'node:crypto'

/** An entry of Go's cache: the result of an action. Ids are 64 hexadecimal digits. */
export interface GoCacheEntry {
  readonly action: string
  /** The SHA-256 of the result. */
  readonly output: string
  /** Bytes of the result. */
  readonly size: number
}

/** Go's cmd/go/internal/cache/cache.go, `entrySize` and what stands before it. */
const form = /^v1 ([0-9a-f]{64}) ([0-9a-f]{64}) ( *\d+) ( *\d+)\n$/

/** Reads an entry's file, `<action>-a`; undefined where it is none. */
export function goCacheEntry(text: string): GoCacheEntry | undefined {
  const [, action, output, size = '', time = ''] = form.exec(text) ?? []
  if (action === undefined || output === undefined || size.length !== 20 || time.length !== 20 || !Number.isSafeInteger(Number(size))) return undefined
  return { action, output, size: Number(size) }
}

/** Where a file of the cache lies below its folder, with slashes. @param kind `a` for entries, `d` for results */
export function goCachePath(id: string, kind: 'a' | 'd'): string {
  return `${id.slice(0, 2)}/${id}-${kind}`
}

/** What a file of the cache is, by its path; undefined where it is none. */
export function goCacheFile(path: string): { readonly id: string; readonly kind: 'a' | 'd' } | undefined {
  const [, folder, id = '', kind] = /^([0-9a-f]{2})\/([0-9a-f]{64})-([ad])$/.exec(path) ?? []
  return folder !== undefined && id.startsWith(folder) ? { id, kind: kind as 'a' | 'd' } : undefined
}

/** The id of something that is kept beside an action's result: cache.Subkey in Go's cmd/go/internal/cache/hash.go. */
export function goSubkey(action: string, name: string): string {
  return createHash('sha256').update('subkey:').update(Buffer.from(action, 'hex')).update(name).digest('hex')
}
