import { json, refusal } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { fullNameOf, type ReleaseState, type RepositoryState } from './state.ts'

/** What was attested of a release when it became immutable. Here it stays when the release is deleted. */
export interface AttestationState {
  /** The id of the tag's object, or of the commit where it has none. */
  readonly subject: string
  /** An in-toto statement, in JSON. */
  readonly statement: string
}

const predicateType = 'https://in-toto.io/attestation/release/v0.2'

export function attest({ id, tag, assets }: ReleaseState, repository: RepositoryState): void {
  const subject = repository.annotated.get(tag) ?? repository.tags.get(tag) ?? ''
  const purl = `pkg:github/${fullNameOf(repository)}@${tag}`
  const files = [...assets.values()].map(({ name, digest }) => ({ name, digest: { sha256: digest?.replace('sha256:', '') } }))
  repository.attestations.push({
    subject, statement: JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1', subject: [{ uri: purl, digest: { sha1: subject } }, ...files], predicateType,
      predicate: { purl, repository: fullNameOf(repository), releaseId: String(id), repositoryId: String(repository.id), tag },
    }),
  })
}

/** Nothing is signed here: what is read of it is the statement. */
export const listAttestations: Handler<RepositoryCall> = ({ repository, principal, params: { subject_digest: digest }, url }) => {
  if (principal.attestations === false) return refusal(403, 'Resource not accessible by personal access token')
  const wanted = url.searchParams.get('predicate_type')
  const found = repository.attestations.filter(({ subject }) => `sha1:${subject}` === digest && [null, 'release', predicateType].includes(wanted))
  return json({
    attestations: found.map(({ statement }) => ({
      bundle: {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', verificationMaterial: {},
        dsseEnvelope: { payload: Buffer.from(statement).toString('base64'), payloadType: 'application/vnd.in-toto+json', signatures: [] },
      },
      repository_id: repository.id,
    })),
  })
}
