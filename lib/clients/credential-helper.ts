import { tmpdir } from 'node:os'
import type { Credential } from '../contracts/credential.ts'
import type { Exec, Finished } from '../contracts/exec.ts'
import { ReleaseError } from '../values/errors.ts'

export interface HelperQuestion {
  readonly host: string
  /** The file that names the helper. */
  readonly file: string
  readonly exec: Exec
  /** Helpers of cloud providers take their own credentials from it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** With false a helper that is not installed has nothing. */
  readonly required: boolean
}

/**
 * Asks a credential helper by its name, `desktop` for docker-credential-desktop: the docker-credential-helpers project,
 * "development". Undefined where it has none for the host.
 * @throws ReleaseError (CREDENTIALS) where it does not answer as it should
 */
export async function askCredentialHelper(name: string, question: HelperQuestion): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`
  if (!/^[\w.-]+$/.test(name)) throw failed(program, question, 'it is no name of a program')
  const finished = await run(program, question)
  if (!finished) return undefined
  const said = `${finished.stdout}\n${finished.stderr}`
  if (finished.exitCode !== 0) {
    if (/credentials not found/i.test(said)) return undefined
    throw failed(program, question, `it says ${JSON.stringify(said.trim().split('\n')[0] ?? '')}`)
  }
  return credentialIn(finished.stdout, program, question)
}

async function run(program: string, question: HelperQuestion): Promise<Finished | undefined> {
  const { host, exec, required } = question
  const env = Object.fromEntries(Object.entries(question.environment).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))
  try {
    // A registry outlives the step that opened it, and that step's folder.
    return await exec(program, ['get'], { cwd: tmpdir(), input: host === 'docker.io' ? 'https://index.docker.io/v1/' : host, env, check: false })
  } catch (error) {
    if (!(error instanceof ReleaseError) || error.code !== 'COMMAND') throw error
    if (!required) return undefined
    throw failed(program, question, error.message.replace(/^.*?: /, ''))
  }
}

function credentialIn(answer: string, program: string, question: HelperQuestion): Credential {
  const { Username, Secret } = fieldsOf(answer)
  if (typeof Username !== 'string' || typeof Secret !== 'string' || Secret === '') throw failed(program, question, 'it does not answer with a user name and a secret')
  const from = `${program}, which ${question.file} names`
  return Username === '<token>' ? { identityToken: Secret, from } : { username: Username, password: Secret, from }
}

function fieldsOf(answer: string): { readonly Username?: unknown, readonly Secret?: unknown } {
  try {
    return (JSON.parse(answer) ?? {}) as object
  } catch {
    return {}
  }
}

function failed(program: string, { host, file }: HelperQuestion, why: string): ReleaseError {
  return new ReleaseError(`Cannot get the credential for ${host} from ${program}: ${why}`, {
    code: 'CREDENTIALS', hint: `Make ${program} work, or take it out of ${file} and log in again.`,
  })
}
