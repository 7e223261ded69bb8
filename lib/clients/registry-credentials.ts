import { join } from 'node:path'
import type { Credential, Credentials } from '../contracts/credential.ts'
import type { Exec } from '../contracts/exec.ts'
import { credentialVariables } from '../oci/registry/credential-variables.ts'
import { ReleaseError } from '../values/errors.ts'
import { askCredentialHelper } from './credential-helper.ts'
import { type DockerConfig, readDockerConfig } from './docker-config.ts'

export interface RegistryCredentialsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly exec: Exec
  /** What build.ts names by itself, by host; it comes before everything else. */
  readonly given?: Readonly<Record<string, Credential>>
}

/**
 * The credential for a host: what build.ts names, then SLIPWAY_REGISTRY_<HOST>_USERNAME and _PASSWORD, then what
 * `docker login` and `podman login` have left, then GITHUB_TOKEN for ghcr.io. Each host is looked up once.
 */
export function registryCredentials(options: RegistryCredentialsOptions): Credentials {
  const found = new Map<string, Promise<Credential | undefined>>()
  return host => {
    const known = found.get(host) ?? find(host, options)
    found.set(host, known)
    return known
  }
}

async function find(host: string, { environment, exec, given = {} }: RegistryCredentialsOptions): Promise<Credential | undefined> {
  if (Object.hasOwn(given, host)) return given[host]
  const named = fromVariables(host, environment)
  if (named) return named
  for (const file of configFiles(environment)) {
    const config = await readDockerConfig(file)
    const credential = config && await fromConfig(host, config, exec, environment)
    if (credential) return credential
  }
  return fromGitHub(host, environment)
}

function fromVariables(host: string, environment: RegistryCredentialsOptions['environment']): Credential | undefined {
  const names = credentialVariables(host)
  const [username, password] = [environment[names.username], environment[names.password]]
  if (!username && !password) return undefined
  if (username && password) return { username, password, from: names.password }
  const [there, missing] = username ? [names.username, names.password] : [names.password, names.username]
  throw new ReleaseError(`Cannot use the credential for ${host}: ${there} is set, but ${missing} is not`, {
    code: 'CREDENTIALS', hint: `Set ${missing} too.`,
  })
}

/** Docker's, then Podman's. */
function configFiles({ DOCKER_CONFIG, HOME, USERPROFILE, XDG_RUNTIME_DIR }: RegistryCredentialsOptions['environment']): readonly string[] {
  const home = HOME || USERPROFILE
  const docker = DOCKER_CONFIG || (home && join(home, '.docker'))
  return [...docker ? [join(docker, 'config.json')] : [], ...XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'containers', 'auth.json')] : []]
}

/** A helper named for the host, then what the file itself says, then the helper for all hosts. */
async function fromConfig(host: string, config: DockerConfig, exec: Exec, environment: RegistryCredentialsOptions['environment']): Promise<Credential | undefined> {
  const { file, helperOf, credentialOf, store, mentions } = config
  const question = { host, file, exec, environment }
  const helper = helperOf(host)
  if (helper !== undefined) return askCredentialHelper(helper, { ...question, required: true })
  // A store that is not there, on a machine that never logged in, is nothing that a public image needs.
  return credentialOf(host) ?? (store === undefined ? undefined : askCredentialHelper(store, { ...question, required: mentions(host) }))
}

function fromGitHub(host: string, { GITHUB_TOKEN, GITHUB_ACTOR }: RegistryCredentialsOptions['environment']): Credential | undefined {
  if (host !== 'ghcr.io' || !GITHUB_TOKEN) return undefined
  return { username: GITHUB_ACTOR || 'x-access-token', password: GITHUB_TOKEN, from: 'GITHUB_TOKEN' }
}
