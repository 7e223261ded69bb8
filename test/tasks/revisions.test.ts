import { readFileSync, writeFileSync, chmodSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Content } from '../../lib/contracts/content.ts'
import type { Step } from '../../lib/graph/step.ts'
import { layOver } from '../../lib/oci/lay-over.ts'
import type { LayerEntry } from '../../lib/oci/layer-entry.ts'
import { layerOf } from '../../lib/oci/layer-of.ts'
import { storeBase } from '../../lib/oci/store-base.ts'
import { emptyTree } from '../../lib/oci/tree.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import type { Binary } from '../../lib/values/binary.ts'
import type { Files } from '../../lib/values/files.ts'
import type { BaseImage } from '../../lib/values/image.ts'
import { imageIndex } from '../../tasks/image/image-index.ts'
import { layer } from '../../tasks/image/layer.ts'
import { platformImage } from '../../tasks/image/platform-image.ts'
import { archive, artifactHub, at, changelog, changes, chart, chartPackage, checksums, command, compose, files, ociRegistry, source, transform, universal, type ChangesOptions, type Version } from '../../lib/index.ts'
import { type GitRepository, gitRepository } from '../support/git-repository.ts'
import { graphFixture } from '../support/graph-fixture.ts'
import { say } from '../support/history.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyImage } from '../support/toy-image.ts'

// A task whose bytes change has to have a new revision, or caches would go on handing out the old ones. This file of
// digests changes together with revisions only: UPDATE_GOLDEN=1 writes it, and a reviewer sees both.
const golden = new URL('../golden/revisions.json', import.meta.url)

const version: Version = {
  semver: '1.2.3', base: '1.2.3', stamp: '1.2.3', tag: 'v1.2.3', commit: 'c'.repeat(40), date: '2026-11-21T08:51:00Z', prerelease: false, snapshot: false, dirty: false,
}

test('the same input gives the same bytes until a revision is raised', async () => {
  const [fixture, repository] = await Promise.all([graphFixture(), gitRepository()])
  try {
    writeFileSync(join(fixture.project, 'README.md'), 'Read me.\n')
    writeFileSync(join(fixture.project, 'run.sh'), 'echo run\n')
    chmodSync(join(fixture.project, 'run.sh'), 0o755)
    const from = source({ folder: fixture.project })
    const binary = async (target: Binary['target'], bytes: Buffer): Promise<Binary> => ({
      kind: 'binary', name: 'tool', program: 'tool', project: 'tool', target, version: '1.2.3', date: version.date,
      ...await fixture.cache.content.put([bytes], 'application/octet-stream'),
    })
    const linux = await binary('linux/amd64', Buffer.from('a program '.repeat(1000)))
    const windows = await binary('windows/386', Buffer.from('a program '.repeat(1000)))
    const besides = files({ source: from, select: ['README.md', { glob: 'run.sh', to: 'bin' }] })
    const tar = archive({ binary: linux, files: besides })
    const zip = archive({ binary: windows, files: besides, wrap: true })
    await writeChart(fixture.project)
    const named = ['static', 'alpine'].map(distro => at(ociRegistry('ghcr.io/example/gateway'), toyImage({ text: '', distro })))
    const released = { project: { ...releaseValue().project, place: { folder: fixture.project } }, version, source: from, images: named, default: 'static' }
    const helm = chart({ ...released, helm: false, pin: { repository: 'image.repository', distro: 'image.distro', distros: 'image.distros' } })
    const noted = await history(repository)
    const steps: readonly Step[] = [
      helm, chartPackage(helm), artifactHub({ chart: 'gateway', owners: [{ name: 'Author', email: 'author@example.com' }] }),
      compose({ ...released, service: { ports: ['8080:8080'] } }),
      changes(noted), changelog({ ...noted, header: 'Read me.' }),
      besides, tar, zip, checksums({ artifacts: [tar, zip] }),
      command({ name: 'copy', source: from, version, run: ['cp', 'README.md', 'copy.md'], inputs: ['README.md'], outputs: ['copy.md'] }),
      transform({ name: 'suffix', version, artifact: linux, run: ['sh', '-c', 'cat "$0" "$0" > "$1"', '{input}', '{output}'] }),
      universal({ binaries: [await binary('darwin/amd64', machO(0x01000007)), await binary('darwin/arm64', machO(0x0100000c))] }),
    ]
    const images = imageSteps(linux, besides, await tinyBase(fixture.cache.content))
    const outcomes = await fixture.run([...steps, ...images])
    const found = Object.fromEntries([...steps, ...images].map(step => {
      const outcome = outcomes.get(step.recipe)
      assert.ok(outcome && 'artifact' in outcome, `${step.outline.name}: ${JSON.stringify(outcome)}`)
      return [`${step.definition.name} ${step.outline.name}, revision ${'revision' in step.definition ? step.definition.revision : 0}`, (outcome as { artifact: Artifact }).artifact.digest]
    }))
    if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, `${JSON.stringify(found, null, 2)}\n`)
    assert.equal(found, JSON.parse(readFileSync(golden, 'utf8')))
  } finally {
    await Promise.all([fixture.close(), repository.remove()])
  }
})

/** What release notes are made of: commits of each kind, of two people, after a tag. */
async function history(repository: GitRepository): Promise<ChangesOptions> {
  await say(repository, 'feat: begin')
  await repository.tag('v1.2.2')
  const messages = ['feat(api)!: add a timeout (#12)\n\nBREAKING CHANGE: it is needed', 'fix: count *all* of it (#13)', 'Say it plainly', 'docs: nothing that is told', 'deps: take a newer one']
  for (const message of messages) await say(repository, message)
  const commit = await say(repository, 'perf: be fast', { author: 'Ann <12+ann@users.noreply.github.com>' })
  return { project: { ...releaseValue().project, module: 'github.com/example/gateway', place: { folder: repository.folder } }, version: { ...version, commit, previous: 'v1.2.2' } }
}

async function writeChart(project: string): Promise<void> {
  await cp(new URL('../../examples/gateway/chart', import.meta.url), join(project, 'chart'), { recursive: true })
}

/** A base that has nothing but users. */
async function tinyBase(content: Content): Promise<BaseImage> {
  const bytes = Buffer.from('app:x:1000:1000::/:\n')
  const entries: readonly LayerEntry[] = [
    { path: 'etc', type: 'directory', mode: 0o755, uid: 0, gid: 0 },
    { path: 'etc/passwd', type: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length, async *open() { yield bytes } },
  ]
  const { descriptor, diffId } = await layerOf(entries, { time: new Date(version.date), level: 6 }, content)
  const config = {
    created: '2026-01-01T00:00:00Z', architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [diffId] },
    config: { Env: ['PATH=/usr/bin'], Cmd: ['sh'], Labels: { name: 'base', maintainer: 'somebody' }, Volumes: { '/data': {} } },
  }
  const stored = await storeBase({ config, layers: [{ ...descriptor, diffId }], tree: await layOver(emptyTree, entries) }, content)
  return { kind: 'base', name: 'tiny', target: 'linux/amd64', ...stored }
}

function imageSteps(binary: Binary, besides: Step<Files>, base: BaseImage): readonly Step[] {
  const packing = { date: version.date, level: 6, zlib: 'any' }
  const layers = [layer({ binaries: [binary], folder: '/usr/local/bin', files: [], ...packing }), layer({ binaries: [], folder: '/', files: [besides], ...packing })]
  const annotations = { 'org.opencontainers.image.version': '1.2.3' }
  const image = platformImage({
    base, layers, name: 'tool:1.2.3-tiny', target: 'linux/amd64', version: '1.2.3', annotations, stands: { name: 'tiny' }, ...packing,
    container: { entrypoint: ['/usr/local/bin/tool'], cmd: ['serve'], user: 'app', ports: [8080], env: { A: '1' } },
  })
  const outline = {
    kind: 'image', name: 'tool:1.2.3-tiny', repository: 'tool', tag: '1.2.3-tiny', distro: 'tiny', isDefault: false, version: '1.2.3', platforms: ['linux/amd64'],
    absent: [], base: { name: 'tiny' },
  } as const
  return [...layers, image, imageIndex({ images: [image], annotations, outline })]
}

/** A Mach-O header of a CPU type and nothing else. Source: Apple's mach-o/loader.h. */
function machO(cpu: number): Buffer {
  const header = Buffer.alloc(32)
  header.writeUInt32LE(0xfeedfacf, 0)
  header.writeUInt32LE(cpu, 4)
  header.writeUInt32LE(2, 12)
  return header
}

test.run()
