import type { Agent, AgentOptions } from 'node:http'

interface ProxyAgent extends Agent {
  connect(request: unknown, options: unknown): Promise<unknown>
  on(event: 'proxyConnect', listener: (connect: { readonly statusCode?: number }, request: unknown) => void): this
}

/** An agent that reaches servers through an HTTP proxy: tunnelled where they speak TLS. */
export async function proxyAgent(proxy: URL, secure: boolean, options: AgentOptions, limit: number): Promise<Agent> {
  const agent = secure
    ? new (await import('https-proxy-agent')).HttpsProxyAgent(proxy, options)
    : new (await import('http-proxy-agent')).HttpProxyAgent(proxy, options)
  return strict(agent, options, limit)
}

/** A proxy that refuses the tunnel is an error of the connection: its answer would be taken for the server's. */
function strict(agent: ProxyAgent, settings: AgentOptions, limit: number): Agent {
  const refusals = new WeakMap<object, number>()
  agent.on('proxyConnect', ({ statusCode = 200 }, request) => {
    if (statusCode !== 200) refusals.set(request as object, statusCode)
  })
  const connect = agent.connect.bind(agent)
  return Object.assign(agent, {
    connect: async (request: object, options: object) => {
      // The package keeps its settings for the connection to the proxy; what is trusted holds for the server too.
      const socket = await within(limit, connect(request, { ...settings, ...options }))
      const refused = refusals.get(request)
      if (refused === undefined) return socket
      throw refusal(refused)
    },
  })
}

/** A gateway that gets no answer, or none in time, is no setting that is wrong. */
function refusal(status: number): Error {
  const why = status === 407 ? 'the proxy wants another user name and password' : `the proxy refuses with ${status}`
  return Object.assign(new Error(why), status >= 500 && { code: 'ERR_PROXY_GATEWAY' })
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let running: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    running = setTimeout(() => { reject(Object.assign(new Error(`no connection within ${milliseconds / 1000} s`), { code: 'ETIMEDOUT' })) }, milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(running)
  }
}
