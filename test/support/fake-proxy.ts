import { createServer } from 'node:http'
import { connect } from 'node:net'
import { listen, type Listening } from './registry/listen.ts'

export interface FakeProxy extends Listening {
  /** `GET http://host/path` or `CONNECT host:port`, with the Proxy-Authorization header where there was one. */
  readonly requests: readonly string[]
}

export interface FakeProxyOptions {
  /** Where every tunnel ends, whatever host was asked for. */
  readonly target?: string
  /** What a tunnel is refused with. */
  readonly refuse?: number
}

/** An HTTP proxy on a free port; it answers plain requests by itself, with their address. */
export async function startFakeProxy({ target = '', refuse }: FakeProxyOptions = {}): Promise<FakeProxy> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(noted(request.method, request.url, request.headers['proxy-authorization']))
    response.end(`${request.url}`)
  })
  server.on('connect', (request, socket) => {
    requests.push(noted('CONNECT', request.url, request.headers['proxy-authorization']))
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} Refused\r\nContent-Length: 2\r\n\r\nno`)
      return
    }
    const [host, port] = target.split(':')
    const upstream = connect(Number(port), host, () => { socket.write('HTTP/1.1 200 OK\r\n\r\n'); upstream.pipe(socket).pipe(upstream) })
    for (const one of [upstream, socket]) one.on('error', () => { upstream.destroy(); socket.destroy() })
  })
  return { ...await listen(server), requests }
}

function noted(method: string | undefined, url: string | undefined, authorization: string | undefined): string {
  return [method, url, ...authorization === undefined ? [] : [Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()]].join(' ')
}
