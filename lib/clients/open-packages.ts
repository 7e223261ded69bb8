import type { Registry } from '../oci/registry/registry.ts'
import { createGithubPackages, type GithubPackages } from './github/packages.ts'
import type { RegistryAccess } from './open-registry.ts'
import { registryCredentials } from './registry-credentials.ts'

/**
 * The versions of what a repository of GitHub's container registry holds, with the credential that this machine has for its host.
 * @param baseUrl `https://api.github.com`
 * @throws ReleaseError (USAGE) for an address that is none, (CREDENTIALS) as the registry
 */
export async function openPackages({ host, repository }: Pick<Registry, 'host' | 'repository'>, baseUrl: string, access: RegistryAccess): Promise<GithubPackages> {
  const { environment, exec, credentials = {}, signal, tries } = access
  const credential = await registryCredentials({ environment, exec, given: credentials })(host)
  const [owner = '', ...name] = repository.split('/')
  return createGithubPackages({
    owner, name: name.join('/'), baseUrl, token: credential && 'password' in credential ? credential.password : undefined, environment,
    ...(signal ? { signal } : {}), ...(tries === undefined ? {} : { tries }),
  })
}
