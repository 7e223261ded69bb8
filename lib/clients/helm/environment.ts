import { join } from 'node:path'

/** Nothing listens there: whatever asks the network through a proxy is refused at once. */
const nowhere = 'http://127.0.0.1:9'

/**
 * What keeps helm from the user's plugins, repositories and credentials, from clusters, and from the network.
 * Source: https://helm.sh/docs/helm/helm/, "Environment variables".
 * @param folder where helm keeps what it would keep in the user's own folders
 */
export function helmEnvironment(folder: string): Readonly<Record<string, string>> {
  const own = join(folder, 'helm')
  return {
    HELM_CACHE_HOME: join(own, 'cache'), HELM_CONFIG_HOME: join(own, 'config'), HELM_DATA_HOME: join(own, 'data'),
    HELM_CONTENT_CACHE: join(own, 'content'), HELM_PLUGINS: join(own, 'plugins'), HELM_REGISTRY_CONFIG: join(own, 'registry.json'),
    HELM_REPOSITORY_CACHE: join(own, 'repository'), HELM_REPOSITORY_CONFIG: join(own, 'repositories.yaml'),
    HELM_NO_PLUGINS: '1', KUBECONFIG: join(own, 'kubeconfig'), NO_COLOR: '1',
    HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, http_proxy: nowhere, https_proxy: nowhere, NO_PROXY: '', no_proxy: '',
  }
}
