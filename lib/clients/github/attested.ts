import { isMapping } from '../../formats/mapping.ts'
import type { GithubPlace } from './address.ts'
import type { AskGithub } from './ask.ts'
import { githubFailure } from './failure.ts'
import { orNone, perPage } from './reading.ts'

/**
 * Whether GitHub lists an attestation of an immutable release of a tag as it stands: it is under the id that the tag has, the
 * object's where there is one. GitHub's REST API, "List attestations"; the release predicate is the one that `gh release verify`
 * reads. That none is listed says nothing of a release that was deleted together with it.
 * @returns undefined where GitHub does not say, as to a token that may not ask
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
    if (githubFailure(error)) return undefined   // it is one more question, which nothing else depends on
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
