import { closureOf, isStep, type Step } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Checksums } from '../lib/values/archive.ts'
import type { Artifact } from '../lib/values/artifact.ts'
import type { Binary } from '../lib/values/binary.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import { checksumsText } from '../lib/formats/checksums-text.ts'

export interface ChecksumsOptions {
  readonly artifacts: readonly (Artifact | Step)[]
  /** The file's name; `<project>_<version>_checksums.txt` where it is absent. */
  readonly name?: string
}

interface ChecksumsInput {
  readonly artifacts: readonly Artifact[]
  readonly name: string
}

const sum = task<ChecksumsInput, Checksums>({
  name: 'checksums',
  revision: 1,
  outline: ({ name, artifacts }) => {
    const version = artifacts.find(artifact => artifact.version !== undefined)?.version
    return { kind: 'checksums', algorithm: 'sha256', name, ...(version === undefined ? {} : { version }) }
  },
  work: async ({ artifacts }, { content }) => content.put([Buffer.from(checksumsText(artifacts.map(({ name, digest }) => ({ name, hex: digest.slice('sha256:'.length) }))))], 'text/plain'),
})

/**
 * The SHA-256 digests of artifacts, as sha256sum writes and checks them.
 * @throws ReleaseError (USAGE) without artifacts, (NAME) where two have one name
 */
export function checksums({ artifacts, name }: ChecksumsOptions): Step<Checksums> {
  const outlines = artifacts.map(one => isStep(one) ? one.outline : one)
  const [first] = outlines
  if (!first) throw new ReleaseError('Cannot make checksums: there are no artifacts', { code: 'USAGE', hint: 'Give checksums() the archives.' })
  checksumsText(outlines.map(outline => ({ name: outline.name, hex: '' })))   // names are known before anything is made
  return sum({ artifacts, name: name ?? `${projectVersion(artifacts) ?? commonName(first.name, first.version)}_checksums.txt` })
}

/** What the programs behind the artifacts say of their project. */
function projectVersion(artifacts: readonly (Artifact | Step)[]): string | undefined {
  const outline = closureOf(artifacts.filter(isStep)).map(step => step.outline as Partial<Binary>).find(({ kind }) => kind === 'binary')
  return outline && `${outline.project}_${outline.version}`
}

function commonName(name: string, version: string | undefined): string {
  const end = version === undefined ? -1 : name.indexOf(`_${version}`)
  return end > 0 ? name.slice(0, end + 1 + (version as string).length) : name
}
