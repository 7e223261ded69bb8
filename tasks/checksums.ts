import type { Step } from '../lib/graph/step.ts'
import { isStep } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Checksums } from '../lib/values/archive.ts'
import type { Artifact } from '../lib/values/artifact.ts'
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

/** The SHA-256 digests of artifacts, as sha256sum writes and checks them. */
export function checksums({ artifacts, name }: ChecksumsOptions): Step<Checksums> {
  const first = artifacts.map(one => isStep(one) ? one.outline : one)[0]
  if (!first) throw new ReleaseError('Cannot make checksums: there are no artifacts', { code: 'USAGE', hint: 'Give checksums() the archives.' })
  return sum({ artifacts, name: name ?? `${commonName(first.name, first.version)}_checksums.txt` })
}

function commonName(name: string, version: string | undefined): string {
  const end = version === undefined ? -1 : name.indexOf(`_${version}`)
  return end > 0 ? name.slice(0, end + 1 + (version as string).length) : name
}
