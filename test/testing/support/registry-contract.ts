import { ociRegistry } from '../../../lib/destinations/oci-registry.ts'
import type { Pushed } from '../../../lib/destinations/oci-registry/repository-of.ts'
import type { ContractOptions, ContractPlace, Sight } from '../../../lib/testing/index.ts'
import type { Artifact } from '../../../lib/values/artifact.ts'
import { toyChart } from '../../support/toy-chart.ts'
import { toyImage } from '../../support/toy-image.ts'
import { makeIn } from './contract-artifacts.ts'

const steps = (text: string) => [toyImage({ isDefault: true, text }), toyImage({ distro: 'ubi', text }), toyChart({ text })]
/** What is published at every registry: images of two distros, and a chart. */
export const registryContract: Pick<ContractOptions<Pushed>, 'artifacts' | 'changed' | 'visible'> = {
  artifacts: content => makeIn<Pushed>(content, steps('a text')), changed: content => makeIn<Pushed>(content, steps('other bytes')),
  visible: ([image, ubi, chart]) => ({
    ...tagged(image, ['1.2.3', '1.2.3-alpine', 'latest', 'latest-alpine']), ...tagged(ubi, ['1.2.3-ubi', 'latest-ubi']), 'chart:1.2.3': chart?.digest ?? '',
  }),
}

function tagged(image: Artifact | undefined, tags: readonly string[]): Sight {
  return Object.fromEntries(tags.map(tag => [`image:${tag}`, image?.digest ?? '']))
}

export interface Reached {
  readonly server: string
  readonly repository: string
  readonly password?: string
  readonly readers?: readonly string[]
}

export function repositoriesAt(repository: string): Readonly<Record<string, string>> {
  return { image: repository, chart: `${repository}/gateway` }
}

/** A repository that nothing was pushed to. */
export function placeAt({ server, repository, password, readers = [] }: Reached): Omit<ContractPlace<Pushed>, 'witness'> {
  const at = (url: string, username: string, token = password) => ociRegistry(`${new URL(url).host}/${repository}`, { username, token })
  return {
    server, destination: url => at(url, 'robot'),
    broken: url => ({
      ...password === undefined ? {} : { 'a wrong password': at(url, 'robot', `${password}x`) },
      ...Object.fromEntries(readers.map(reader => ['one who may only read', at(url, reader)])),
    }),
  }
}
