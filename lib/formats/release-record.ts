import type { Artifact } from '../values/artifact.ts'
import type { Binary } from '../values/binary.ts'
import type { Chart } from '../values/chart.ts'
import type { HubMetadata } from '../values/hub-metadata.ts'
import type { Image } from '../values/image.ts'
import type { Release } from '../values/release.ts'

export interface Recorded {
  readonly release: Release
  readonly artifacts: readonly Artifact[]
  readonly binaries: readonly Binary[]
  readonly partial: boolean
}

/**
 * release.json: what was released, from what, and how to make it again. Deterministic: no time but the commit's, no
 * machine. Its form is docs/release.schema.json.
 */
export function releaseRecord({ release, artifacts, binaries, partial }: Recorded): string {
  const { version, project, toolchain, absent } = release
  const record = {
    slipway: 1,
    project: project.name,
    module: project.module,
    version: version.semver,
    ...(version.tag === undefined ? {} : { tag: version.tag }),
    commit: version.commit,
    date: version.date,
    prerelease: version.prerelease,
    snapshot: version.snapshot,
    partial,
    toolchain: { go: toolchain.go },
    absent: absent.map(({ target, reason }) => ({ target, reason })),
    builds: [...binaries].sort(byTarget).map(buildEntry),
    artifacts: [...artifacts].sort((a, b) => a.name < b.name ? -1 : 1).map(artifactEntry),
  }
  return `${JSON.stringify(record, null, 2)}\n`
}

function byTarget(a: Binary, b: Binary): number {
  const [first, second] = [`${a.target} ${a.program}`, `${b.target} ${b.program}`]
  return first < second ? -1 : first > second ? 1 : 0
}

function buildEntry({ program, target, digest, size, build }: Binary) {
  return { program, target, digest, size, ...(build ? { command: build.command, environment: sorted(build.environment) } : {}) }
}

function artifactEntry(artifact: Artifact) {
  const { name, kind, target, mediaType, digest, size } = artifact
  const entry = { name, kind, ...(target === undefined ? {} : { target }), mediaType, digest, size }
  if (isImage(artifact)) return { ...entry, image: imageEntry(artifact) }
  return isInChartRepository(artifact) ? { ...entry, chart: { name: artifact.chart, tag: artifact.tag } } : entry
}

function isImage(artifact: Artifact): artifact is Image {
  return artifact.kind === 'image'
}

function isInChartRepository(artifact: Artifact): artifact is Chart | HubMetadata {
  return artifact.kind === 'chart' || artifact.kind === 'artifact-hub'
}

function imageEntry({ repository, tag, distro, platforms, absent, base: { name, digest, parts } }: Image) {
  return {
    repository, tag, distro, platforms, absent: absent.map(({ target, reason }) => ({ target, reason })),
    base: { name, ...(digest === undefined ? {} : { digest }), ...(parts === undefined ? {} : { parts: sorted(parts) }) },
  }
}

function sorted(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1))
}
