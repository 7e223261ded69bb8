import type { Sight } from '../../../lib/testing/index.ts'
import { digestOf } from '../../../lib/values/digest.ts'

const accept = ['application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json'].join(', ')

/**
 * The tags of repositories with the digests of what a pull gives: `image:latest`, `chart:1.2.3`.
 * @param repositories by what they are to be called
 * @param authorization who asks; nothing for somebody without an account, who gets a token where one is wanted
 */
export async function registrySight(url: string, repositories: Readonly<Record<string, string>>, authorization = ''): Promise<Sight> {
  const seen = await Promise.all(Object.entries(repositories).map(async ([name, path]) => {
    const ask = asker(`${url}/v2/${path}`, authorization)
    const listed = await ask('tags/list?n=1000')
    if (listed.status === 404) return []
    const { tags } = await listed.json() as { readonly tags: readonly string[] | null }
    return Promise.all((tags ?? []).map(async tag => [`${name}:${tag}`, await pulled(await ask(`manifests/${tag}`))] as const))
  }))
  return Object.fromEntries(seen.flat())
}

async function pulled(answer: Response): Promise<string> {
  return answer.status === 200 ? digestOf(new Uint8Array(await answer.arrayBuffer())) : `answered with ${answer.status}`
}

function asker(url: string, authorization: string): (path: string) => Promise<Response> {
  let header = authorization
  const ask = (path: string): Promise<Response> => fetch(`${url}/${path}`, { headers: { accept, ...header === '' ? {} : { authorization: header } } })
  return async path => {
    const answer = await ask(path)
    const [, realm, rest = ''] = /^Bearer realm="([^"]+)"(.*)$/i.exec(answer.headers.get('www-authenticate') ?? '') ?? []
    if (answer.status !== 401 || realm === undefined) return answer
    const given = new URLSearchParams([...rest.matchAll(/(service|scope)="([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [name, value]))
    const { token } = await (await fetch(`${realm}?${given.toString()}`)).json() as { readonly token: string }
    header = `Bearer ${token}`
    return ask(path)
  }
}
