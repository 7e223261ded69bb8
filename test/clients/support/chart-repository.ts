import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ChartRepository {
  /** `http://127.0.0.1:49152/stable` */
  readonly url: string
  /** What it has, by path below its URL: `index.yaml`. */
  readonly files: Map<string, Uint8Array | string>
  /** Paths that were asked for, each with the credential that came along. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[]
  /** Answers in the place of the files where it returns true. */
  instead?: (request: IncomingMessage, response: ServerResponse) => boolean
  close(): Promise<void>
}

/** A classic chart repository on this machine, without TLS. */
export async function startChartRepository(): Promise<ChartRepository> {
  const files: ChartRepository['files'] = new Map<string, Uint8Array | string>()
  const requests: ChartRepository['requests'] = []
  const server = createServer((request, response) => {
    const path = request.url?.replace(/^\/stable\//, '') ?? ''
    requests.push({ path, authorization: request.headers.authorization })
    if (repository.instead?.(request, response)) return
    const found = files.get(decodeURIComponent(path))
    response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', () => { resolve() }) })
  const { port } = server.address() as AddressInfo
  const repository: ChartRepository = {
    url: `http://127.0.0.1:${port}/stable`, files, requests,
    close: async () => {
      server.closeAllConnections()
      if (server.listening) await new Promise(resolve => { server.close(resolve) })
    },
  }
  return repository
}
