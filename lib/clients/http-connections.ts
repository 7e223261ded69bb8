import { Agent as HttpAgent, type AgentOptions } from 'node:http'
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https'
import type { NetConnectOpts, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { isLoopback } from '../oci/registry/loopback.ts'
import { proxyFor, type Proxy } from './proxy-for.ts'
import { timer } from './timer.ts'
import { trustedCertificates } from './trusted-certificates.ts'
import { WideConnection } from './wide-connection.ts'

/** How a server is reached. */
export interface Connection {
  readonly agent: HttpAgent
  /** Host and port of the proxy between, for errors. */
  readonly proxy?: string
}

export type Connections = (url: URL) => Promise<Connection>

// Node tries a host's next address after a quarter of a second, which is less than a slow line takes.
const options: AgentOptions = { keepAlive: true, autoSelectFamilyAttemptTimeout: 2000 }

/**
 * Connections that are kept and used again, directly or through the proxies that the environment names.
 * @param limit milliseconds until a connection has to stand
 * @throws ReleaseError (NETWORK) where the file of SSL_CERT_FILE cannot be used
 */
export function connectionsOf(environment: Readonly<Record<string, string | undefined>>, limit: number): Connections {
  const plain = limited(wide(new HttpAgent(options)), limit)
  // Reading certificates takes a tenth of a second, which registries of this machine do not need.
  const secured = once(async (): Promise<HttpsAgentOptions> => {
    const secureContext = await trustedCertificates(environment)
    // Said here, no variable of the environment can switch it off.
    return { ...options, rejectUnauthorized: true, ...secureContext && { secureContext } }
  })
  const secure = once(async () => limited(new HttpsAgent(await secured()), limit))
  const proxied = new Map<string, Promise<Connection>>()
  return async url => {
    const proxy = isLoopback(url.hostname) ? undefined : await proxyFor(url, environment)
    if (!proxy) return { agent: url.protocol === 'https:' ? await secure() : plain }
    const key = `${url.protocol} ${proxy.url.href}`
    const known = proxied.get(key) ?? secured().then(options => through(proxy, url, options, limit))
    proxied.set(key, known)
    return known
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => made ??= make()
}

async function through(proxy: Proxy, url: URL, options: AgentOptions, limit: number): Promise<Connection> {
  const { proxyAgent } = await import('./proxy-agent.ts')
  return { agent: await proxyAgent(proxy.url, url.protocol === 'https:', options, limit), proxy: proxy.url.host }
}

/** Records of TLS are small whatever is read: only what is plain comes in large parts. */
function wide(agent: HttpAgent): HttpAgent {
  return Object.assign(agent, { createConnection: (options: NetConnectOpts) => new WideConnection(options) })
}

/** Ends a connection that does not stand in time. */
function limited<A extends HttpAgent>(agent: A, limit: number): A {
  const connect = agent.createConnection.bind(agent)
  return Object.assign(agent, {
    createConnection: (...args: Parameters<typeof connect>) => {
      const socket = connect(...args)
      if (socket) limitConnecting(socket as Socket, limit)
      return socket
    },
  })
}

function limitConnecting(socket: Socket, limit: number): void {
  const running = timer(limit, () => {
    socket.destroy(Object.assign(new Error(`no connection within ${limit / 1000} s`), { code: 'ETIMEDOUT' }))
  })
  running.start()
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', running.stop).once('close', running.stop)
}
