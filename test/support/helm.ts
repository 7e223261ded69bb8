import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseYaml } from '../../lib/formats/yaml.ts'
import { kubernetesSchemas, kubernetesVersions } from './kubernetes-schemas.ts'
import { toolsFolder } from './tools-folder.ts'

const execute = promisify(execFile)

export interface Helm {
  readonly name: 'helm3' | 'helm4'
  /** Why it is not to be had here, if so; for `unless`. */
  readonly reason?: string
  /** Runs it. @returns what it printed @throws an Error with its words where it fails */
  run(...args: readonly string[]): Promise<string>
}

/** The releases of helm that .ci/tools makes. */
export const helms: readonly Helm[] = (['helm3', 'helm4'] as const).map(name => {
  const program = join(toolsFolder(), name)
  return {
    name, ...!existsSync(program) && { reason: `needs ${program}, which .ci/tools makes` },
    run: async (...args) => (await execute(program, [...args], { maxBuffer: 1 << 26 })).stdout,
  }
})

/** A Kubernetes that a helm built as a Go module does not know by itself: it takes itself for one of 1.20. */
export const kubernetes = ['--kube-version', kubernetesVersions[1]] as const

/** An object of a cluster, as far as tests look at it. */
export interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string, readonly labels?: Readonly<Record<string, string>> }
  readonly spec: Readonly<Record<string, unknown>>
  readonly data?: Readonly<Record<string, string>>
}

/** The objects in what helm rendered. */
export function manifestsIn(text: string): readonly Manifest[] {
  return text.split(/^---$/m).filter(part => /^kind:/m.test(part)).map(part => parseYaml(part, 'rendered manifest') as Manifest)
}

/**
 * Asks kubeconform about rendered manifests, all in one go because it takes longest to read the schemas.
 * @throws an Error with its words where one is no valid object of Kubernetes
 */
export async function conform(texts: readonly string[], scratch: string): Promise<void> {
  const file = join(scratch, 'rendered.yaml')
  await writeFile(file, texts.join('\n---\n'))
  for (const version of kubernetesVersions) {
    await execute(join(toolsFolder(), 'kubeconform'), ['-strict', '-kubernetes-version', version, '-schema-location', kubernetesSchemas, file])
      .catch((error: unknown) => { throw new Error((error as { readonly stdout?: string }).stdout ?? '', { cause: error }) })
  }
  await rm(file)
}
