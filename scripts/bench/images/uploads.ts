import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Uploads {
  /** `127.0.0.1:49152`: stands for the registry behind it. */
  readonly host: string
  /** Uploads of blobs that were begun or went on. */
  count(): number
  close(): Promise<void>
}

/** Stands before a registry and counts the requests that send blobs. */
export async function countUploads(registry: string): Promise<Uploads> {
  let count = 0
  const server = createServer((asked, answer) => {
    if (/^(POST|PATCH|PUT)$/.test(asked.method ?? '') && asked.url?.includes('/blobs/')) count += 1
    const passed = request(`http://${registry}${asked.url ?? '/'}`, { method: asked.method, headers: asked.headers }, given => {
      answer.writeHead(given.statusCode ?? 502, given.headers)
      given.pipe(answer)
    })
    passed.on('error', () => { answer.destroy() })
    asked.pipe(passed)
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    close: () => new Promise(resolve => {
      server.close(() => { resolve() })
      server.closeAllConnections()
    }),
  }
}
