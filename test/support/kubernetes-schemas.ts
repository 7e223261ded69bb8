import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { toolsFolder } from './tools-folder.ts'

/** The oldest Kubernetes that charts of ours name, and the newest that .ci/tools has schemas of. */
export const kubernetesVersions = ['1.25.0', '1.37.0'] as const

/** Where .ci/tools lays Kubernetes' own JSON schemas, for kubeconform's -schema-location. */
export const kubernetesSchemas = join(toolsFolder(), '../kubernetes-schemas')

/** Why manifests cannot be checked here, if so; for `unless`. */
export function withoutKubeconform(): string | undefined {
  const missing = [join(toolsFolder(), 'kubeconform'), ...kubernetesVersions.map(version => join(kubernetesSchemas, `v${version}-standalone-strict`))]
    .filter(path => !existsSync(path))
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')}, which .ci/tools makes`
}
