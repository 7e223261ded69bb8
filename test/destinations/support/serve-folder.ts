import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface ServedFolder {
  /** `http://127.0.0.1:49152` */
  readonly url: string
  close(): Promise<void>
}

/** Serves the files of a folder, as a web server of pages does. */
export async function serveFolder(folder: string): Promise<ServedFolder> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)
    readFile(join(folder, path)).then(bytes => response.end(bytes), () => response.writeHead(404).end())
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>(resolve => { server.close(() => { resolve() }); server.closeAllConnections() }),
  }
}
