import type { Credential } from '../../contracts/credential.ts'
import { ReleaseError } from '../../values/errors.ts'
import { secretHider } from '../../values/secret-forms.ts'
import { answerWords } from './answer-words.ts'
import { credentialVariables } from './credential-variables.ts'
import { passingStatuses, type RegistryFailure } from './passing.ts'
import { longestWait } from './patience.ts'
import type { Answer } from './follow-redirects.ts'
import { retryAfter } from './retry-after.ts'

export interface RefusalContext {
  /** What an error says after `Cannot`: `pull 1.0 from registry.example/app`. */
  readonly purpose: string
  /** The host that the credential is for. */
  readonly host: string
  readonly credential: Credential | undefined
  /** The Authorization header that was sent. */
  readonly sent?: string | undefined
  /** Who answers, where it is not the registry itself: `its token server auth.example`. */
  readonly who?: string
}

/** What an answer that was not hoped for means, and what can be done about it. */
export async function refusal(answer: Answer, context: RefusalContext): Promise<ReleaseError> {
  const { purpose, who = 'it' } = context
  const wait = retryAfter(answer.header('retry-after'), Date.now())
  const { text: words, codes } = await answerWords(answer, hider(context))
  const passing = passingStatuses.includes(answer.status) && (wait ?? 0) <= longestWait
  const cause: RegistryFailure = { status: answer.status, passing, ...codes.length > 0 && { codes }, ...wait !== undefined && { wait } }
  if (answer.status === 401 || answer.status === 403) return unauthorized(words, cause, context)
  return new ReleaseError(`Cannot ${purpose}: ${who} answers ${words}`, { code: 'REGISTRY', hint: hintFor(answer.status), cause })
}

function unauthorized(words: string, cause: RegistryFailure, { purpose, host, credential, who = 'it' }: RefusalContext): ReleaseError {
  const { username, password } = credentialVariables(host)
  const login = `log in with docker login ${host}, or set ${username} and ${password}`
  return credential
    ? new ReleaseError(`Cannot ${purpose}: ${who} refuses the credential from ${credential.from} (${words})`, {
      code: 'CREDENTIALS', cause, hint: `Check that it is valid and has the right to do this; else ${login}.`,
    })
    : new ReleaseError(`Cannot ${purpose}: ${who} wants a credential, and none was found for ${host} (${words})`, {
      code: 'CREDENTIALS', cause, hint: `Check the name, for registries say this of what does not exist too; else ${login}.`,
    })
}

function hintFor(status: number): string {
  if (status === 404) return 'Check the names of the registry, the repository and the tag.'
  if (status === 413) return 'It is larger than the registry, or a proxy before it, takes.'
  if (status === 429) return 'Wait, or log in: many registries let those who are logged in do more.'
  if (status >= 500) return 'Run the release again when the registry is well; what is done stays done.'
  return 'See what the registry says of it.'
}

/** Whatever a server repeats, neither the secret is shown nor what was sent for it. */
function hider({ credential, sent }: RefusalContext): (text: string) => string {
  const secret = credential && ('password' in credential ? credential.password : credential.identityToken)
  return secretHider([secret, sent?.replace(/^(?:Basic|Bearer) /, '')], '...')
}
