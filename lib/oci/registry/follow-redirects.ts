import type { Http, HttpRequest, HttpResponse } from '../../contracts/http.ts'
import { ReleaseError } from '../../values/errors.ts'

/** A response, and where it came from in the end. */
export interface Answer extends HttpResponse {
  readonly url: string
}

const limit = 10

/**
 * Follows redirects: 307 and 308 with everything, 301, 302 and 303 of what only reads. What authorizes goes to no other
 * origin, and nothing that was asked for over TLS is asked for without.
 * @throws ReleaseError (REGISTRY) where there is no end of them
 */
export async function followRedirects(http: Http, request: HttpRequest): Promise<Answer> {
  let current = request
  for (let count = 0; count <= limit; count += 1) {
    const response = await http(current)
    const location = isFollowed(response.status, current) ? response.header('location') : undefined
    if (location === undefined) return { ...response, url: current.url }
    await response.discard()
    current = { ...current, ...target(location, current) }
  }
  throw refused(request.url, `it redirects more than ${limit} times`)
}

/** A form that is posted may hold a secret. */
function isFollowed(status: number, { method, body }: HttpRequest): boolean {
  if (method === 'POST' && body) return false
  return status === 307 || status === 308 || ([301, 302, 303].includes(status) && (method === 'GET' || method === 'HEAD'))
}

function target(location: string, { url, headers = {} }: HttpRequest): Pick<HttpRequest, 'url' | 'headers'> {
  const [from, to] = [new URL(url), URL.canParse(location, url) ? new URL(location, url) : undefined]
  if (!to || !/^https?:$/.test(to.protocol)) throw refused(url, 'it redirects to what is no address')
  if (from.protocol === 'https:' && to.protocol === 'http:') throw refused(url, `it redirects to ${to.host} without TLS`)
  const kept = from.origin === to.origin ? headers : Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'))
  return { url: to.href, headers: kept }
}

function refused(url: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot read from ${new URL(url).host}: ${why}`, { code: 'REGISTRY', hint: 'Check the name of the registry, and its own settings.' })
}
