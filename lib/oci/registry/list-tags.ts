import { ReleaseError } from '../../values/errors.ts'
import { parseJson } from '../parse-json.ts'
import type { Endpoint } from './endpoint.ts'
import { pages } from './pages.ts'

/** Every tag, in the registry's order; none where there is no such repository. OCI distribution specification 1.1, "listing tags". */
export async function listTags(endpoint: Endpoint): Promise<readonly string[]> {
  const { name, repository, url } = endpoint
  const purpose = `list the tags of ${name}`
  const found = new Set<string>()
  for await (const { answer, bytes } of pages(endpoint, { method: 'GET', url: url('tags/list?n=1000'), expect: [200, 404], access: [{ repository, actions: ['pull'] }], purpose })) {
    if (answer.status === 404) break
    const { tags } = parseJson(bytes, `the tags of ${name}`)
    if (tags !== null && !(Array.isArray(tags) && tags.every(tag => typeof tag === 'string'))) {
      throw new ReleaseError(`Cannot ${purpose}: it answers without a list of them`, { code: 'REGISTRY', hint: 'Check the name: a proxy or a login page may stand before the registry.' })
    }
    for (const tag of tags ?? []) found.add(tag)
  }
  return [...found]
}
