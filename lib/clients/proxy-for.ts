import { ReleaseError } from '../values/errors.ts'

export interface Proxy {
  readonly url: URL
}

const variables = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']

/**
 * The proxy that an environment names for a URL: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in capitals or not.
 * @throws ReleaseError (NETWORK) where it names one that is not spoken
 */
export async function proxyFor(url: URL, environment: Readonly<Record<string, string | undefined>>): Promise<Proxy | undefined> {
  const named = variables.flatMap(name => [name, name.toUpperCase()]).filter(name => environment[name])
  if (named.length === 0) return undefined
  const { getProxyForUrl } = await import('proxy-from-env')
  const text = within(Object.fromEntries(named.map(name => [name, environment[name]])), () => getProxyForUrl(url.href))
  if (text === '') return undefined
  const proxy = URL.canParse(text) ? new URL(text) : undefined
  if (proxy && /^https?:$/.test(proxy.protocol)) return { url: proxy }
  const why = proxy ? `proxies of ${proxy.protocol.slice(0, -1)} are not supported` : 'the address of its proxy is no URL'
  throw new ReleaseError(`Cannot reach ${url.host}: ${why}`, {
    code: 'NETWORK', hint: `Set ${url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'} to http://host:port, or name the host in NO_PROXY.`,
  })
}

/** proxy-from-env reads the process' own environment, and no other one: it is shown this one, for one synchronous call. */
function within<T>(environment: NodeJS.ProcessEnv, act: () => T): T {
  const own = process.env
  process.env = environment
  try {
    return act()
  } finally {
    process.env = own
  }
}
