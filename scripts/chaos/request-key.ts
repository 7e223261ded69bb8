/**
 * Counts requests by what they ask, so that one can be found again in another run and on another lane: what servers make up is left
 * out, and digests, in which a lane's addresses may be, have names.
 */
export function requestKeys(names: ReadonlyMap<string, string> = new Map()): (server: string, request: { readonly method: string, readonly path: string }) => string {
  const counts = new Map<string, number>()
  return (server, { method, path }) => {
    const url = new URL(path, 'http://localhost')
    if (url.searchParams.has('uploadId')) url.searchParams.set('uploadId', '*')
    url.searchParams.delete('_state')
    const place = url.pathname.replace(/\/uploads\/[^/]+$/, '/uploads/*').replace(/\/(releases|assets)\/\d+/g, '/$1/*')
    const asked = `${place}${decodeURIComponent(url.search)}`.replace(/sha256:[0-9a-f]{64}/g, digest => names.get(digest) ?? digest)
    const key = `${server} ${method} ${asked}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return `${key} (${count})`
  }
}
