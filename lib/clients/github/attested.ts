import { isMapping } from '../../formats/mapping.ts'
import type { GithubPlace } from './address.ts'
import type { AskGithub } from './ask.ts'
import { githubFailure } from './failure.ts'
import { orNone, perPage } from './reading.ts'

/**
 * Whether an immutable release was ever made of a tag as it stands: GitHub attests each one under the id that the tag has, the
 * object's where there is one, and keeps that when the release is deleted. GitHub's REST API, "List attestations"; the release
 * predicate is the one that `gh release verify` reads.
 * @returns undefined where the token may not ask, or the server attests nothing
 */
export async function attestedTag(ask: AskGithub, place: GithubPlace, tag: string): Promise<boolean | undefined> {
  try {
    return await ask(`look for attestations of ${tag} of ${place.owner}/${place.repo}`, async api => {
      const reference = await orNone(() => api.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...place, ref: `tags/${tag}` }))
      if (!reference) return false
      const subject = `sha1:${reference.data.object.sha}`
      const found = await orNone(() => api.request('GET /repos/{owner}/{repo}/attestations/{subject_digest}', { ...place, subject_digest: subject, predicate_type: 'release', per_page: perPage }))
      return (found?.data.attestations ?? []).some(({ bundle }) => tagIn(bundle?.dsseEnvelope) === tag)
    })
  } catch (error) {
    if ([401, 403].includes(githubFailure(error)?.status ?? 0)) return undefined
    throw error
  }
}

/** The tag of which a signed statement speaks. */
function tagIn(envelope: unknown): unknown {
  if (!isMapping(envelope) || typeof envelope['payload'] !== 'string') return undefined
  try {
    const statement: unknown = JSON.parse(Buffer.from(envelope['payload'], 'base64').toString())
    return isMapping(statement) && isMapping(statement['predicate']) ? statement['predicate']['tag'] : undefined
  } catch {
    return undefined
  }
}
