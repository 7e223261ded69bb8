/** Counts requests by what they ask, so that one can be found again in another run: what servers make up is left out. */
export function requestKeys(): (server: string, request: { readonly method: string, readonly path: string }) => string {
  const counts = new Map<string, number>()
  return (server, { method, path }) => {
    const url = new URL(path, 'http://localhost')
    url.searchParams.delete('_state')
    const place = url.pathname.replace(/\/uploads\/[^/]+$/, '/uploads/*').replace(/\/(releases|assets)\/\d+/g, '/$1/*')
    const key = `${server} ${method} ${place}${decodeURIComponent(url.search)}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return `${key} (${count})`
  }
}
