import { isStep, type Step } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Content } from '../lib/contracts/content.ts'
import { checkHubRepository, hubRepositoryFile, hubRepositoryText, type HubIgnored, type HubOwner } from '../lib/formats/chart/artifact-hub-repository.ts'
import type { Chart } from '../lib/values/chart.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { FileEntry, Files } from '../lib/values/files.ts'
import type { HubMetadata } from '../lib/values/hub-metadata.ts'
import type { Source } from '../lib/values/source.ts'
import { files } from './files.ts'

export interface ArtifactHubOptions {
  /** The chart, or its name: Artifact Hub looks in its repository. */
  readonly chart: Step<Chart> | Chart | string
  /** What Artifact Hub calls the repository, a UUID: with it the publisher is verified. */
  readonly repositoryID?: string
  /** Who may claim the repository on Artifact Hub, by the addresses of their accounts. */
  readonly owners?: readonly HubOwner[]
  /** Packages that are not to be listed; versions are regular expressions as Go has them. */
  readonly ignore?: readonly HubIgnored[]
  /** The project's own file in place of these: `artifacthub-repo.yml`, relative to the source's folder. */
  readonly file?: string
  /** Where `file` is. */
  readonly source?: Source
}

interface HubInput {
  readonly chart: string
  /** A text, or a file as it is. */
  readonly told: string | Files
}

const metadata = task<HubInput, HubMetadata>({
  name: 'artifact hub',
  revision: 1,
  outline: ({ chart }) => ({ kind: 'artifact-hub', name: hubRepositoryFile, chart, tag: 'artifacthub.io' }),
  depends: ({ told }) => typeof told === 'string' ? told : told.digest,
  work: async ({ told }, { content }) => {
    const { hubManifest } = await import('../lib/oci/hub-manifest.ts')
    return hubManifest(typeof told === 'string' ? Buffer.from(told) : await checkedFile(told, content), hubRepositoryFile, content)
  },
})

/**
 * What Artifact Hub is told of the repository of a chart, as the OCI artifact that it expects there under the tag artifacthub.io:
 * who publishes it, and what is not to be listed. Send it where the chart goes.
 * @throws ReleaseError (USAGE) where nothing is told, or both in a file and here
 */
export function artifactHub({ chart, file, source, repositoryID, owners, ignore }: ArtifactHubOptions): Step<HubMetadata> {
  const fields = { ...repositoryID !== undefined && { repositoryID }, ...owners && { owners }, ...ignore && { ignore } }
  const told = Object.keys(fields)
  if (file === undefined && told.length === 0) throw unusable('nothing is told', 'Write repositoryID, owners or ignore, or the name of a file.')
  if (file === undefined) return metadata({ chart: nameOf(chart), told: hubRepositoryText(fields) })
  if (told.length > 0) throw unusable(`${told.join(' and ')} would be told beside ${file}`, 'Write them into the file.')
  if (!source) throw unusable(`it is not said where ${file} is`, 'Add source: source(\'files\').')
  return metadata({ chart: nameOf(chart), told: files({ source, select: [file] }) })
}

function nameOf(chart: ArtifactHubOptions['chart']): string {
  if (typeof chart === 'string') return chart
  return isStep(chart) ? chart.outline.chart : chart.chart
}

async function checkedFile(set: Files, content: Content): Promise<Uint8Array> {
  const [{ readBytes, readJson }, { parseYaml }] = await Promise.all([import('../lib/oci/read-json.ts'), import('../lib/formats/yaml.ts')])
  const [entry, ...others] = await readJson<readonly FileEntry[]>(set, content)
  if (!entry || others.length > 0) throw unusable(`${set.name} names ${others.length + 1} files`, 'Name one.')
  const bytes = await readBytes({ mediaType: 'text/yaml', digest: entry.digest, size: entry.size }, content)
  checkHubRepository(parseYaml(bytes.toString(), entry.path), entry.path)
  return bytes
}

function unusable(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot tell Artifact Hub of the repository: ${why}`, { code: 'USAGE', hint })
}
