import { readFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Content } from '../../contracts/content.ts'
import { hashFile } from '../../clients/hash-file.ts'
import { demoFiles } from '../../destinations/directory/demo-files.ts'
import { layoutFolder, isLaid } from '../../destinations/directory/placed-files.ts'
import { layoutIn } from '../../oci/layout.ts'
import { contentStore } from '../../oci/content-source.ts'
import { copy } from '../../oci/copy.ts'
import { reachable } from '../../oci/reachable.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Demo } from '../../values/demo.ts'
import type { Descriptor } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import { filesMediaType } from '../../values/files.ts'
import type { Outline } from '../../values/outline.ts'
import type { Release } from '../../values/release.ts'

/** What release.json says, as far as publishing needs it. */
export interface MadeRelease {
  /** Where it lies, absolute. */
  readonly folder: string
  readonly artifacts: readonly (Descriptor & { readonly name: string; readonly kind: string; readonly chart?: { readonly name: string; readonly tag: string } })[]
}

/**
 * Reads a folder that an earlier run made, here or on another machine.
 * @throws ReleaseError (FILES) where it is none, (VERSION) where it is another release's, or a part of one
 */
export async function madeRelease(folder: string, { version, project }: Release): Promise<MadeRelease> {
  const file = join(folder, 'release.json')
  const record = await readFile(file, 'utf8').then(text => JSON.parse(text) as Record<string, unknown>).catch((cause: unknown) => {
    throw new ReleaseError(`Cannot publish ${folder}: its release.json cannot be read (${(cause as Error).message})`, {
      code: 'FILES', cause, hint: 'Make it first: npx tsx build.ts release',
    })
  })
  const refuse = (why: string, hint: string): ReleaseError => new ReleaseError(`Cannot publish ${folder}: ${why}`, { code: 'VERSION', hint })
  if (record['slipway'] !== 1 || !Array.isArray(record['artifacts'])) throw refuse('its release.json is none that this Slipway knows', 'Make it again with this one.')
  if (record['version'] !== version.semver || record['commit'] !== version.commit || record['project'] !== project.name) {
    throw refuse(`it is ${text(record['project'])} ${text(record['version'])} of commit ${text(record['commit']).slice(0, 12)}, not ${project.name} ${version.semver} of ${version.commit.slice(0, 12)}`, 'Check out that commit, or make the release again.')
  }
  if (record['partial'] === true) throw refuse('it is a part of a release', 'Make all of it: leave out --only, and see which steps were skipped.')
  return { folder, artifacts: record['artifacts'] as MadeRelease['artifacts'] }
}

/**
 * Takes an artifact's bytes out of a folder into the content store, each hashed.
 * @throws ReleaseError (FILES) where it is not there, (CONTENT) where its bytes are not what release.json says
 */
export async function takeArtifact(outline: Outline, { folder, artifacts }: MadeRelease, content: Content, signal: AbortSignal): Promise<Artifact> {
  const entry = artifacts.find(({ name, kind }) => name === outline.name && kind === outline.kind)
  if (!entry && outline.kind === 'chart-package') return takePackage(outline, { folder, artifacts }, content, signal)
  if (!entry) throw absent(outline, { folder, artifacts })
  const { mediaType, digest, size } = entry
  const artifact: Artifact = { ...outline, mediaType, digest, size }
  const wrong = (found: string): ReleaseError => new ReleaseError(`Cannot publish ${outline.name}: ${folder} has ${found}, not ${digest}`, {
    code: 'CONTENT', hint: 'Something changed it after it was made: make the release again.',
  })
  if (isLaid(outline)) {
    const layout = layoutIn(join(folder, layoutFolder(outline)))
    await copy({ from: layout, to: contentStore(content, 'the cache'), root: artifact, signal })
    // What the cache had already was not read.
    for (const part of await reachable(artifact, content)) await drain(layout.open(part))
  } else if (outline.kind === 'demo') {
    const put = (file: string): Promise<Descriptor> => content.put(createReadStream(file), 'application/octet-stream')
    const made = await content.put([Buffer.from(JSON.stringify(await demoFiles(join(folder, (outline as unknown as Demo).folder), put)))], filesMediaType)
    if (made.digest !== digest) throw wrong(made.digest)
  } else {
    const file = join(folder, outline.name)
    const found = await hashFile(file).catch(() => undefined)
    if (found?.digest !== digest) throw wrong(found?.digest ?? 'no such file')
    await content.put(createReadStream(file), mediaType)
  }
  return artifact
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const part of bytes) void part
}

/** A chart's package stands beside it in the folder without an entry of its own: what it has to be, the chart says. */
async function takePackage(outline: Outline, made: MadeRelease, content: Content, signal: AbortSignal): Promise<Artifact> {
  const entry = made.artifacts.find(one => one.kind === 'chart' && one.name === outline.name)
  if (!entry?.chart) throw absent(outline, made)
  const { name, tag } = entry.chart
  const chart = await takeArtifact({ kind: 'chart', name: outline.name, chart: name, tag } as Outline, made, content, signal)
  return { ...outline, ...await (await import('../../oci/chart-package.ts')).packageOf(chart, content) }
}

function absent({ name, kind }: Outline, { folder }: MadeRelease): ReleaseError {
  return new ReleaseError(`Cannot publish ${name}: release.json in ${folder} names no such ${kind}`, {
    code: 'FILES', hint: 'Send it to that directory() too, and make the release again.',
  })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : 'something'
}
