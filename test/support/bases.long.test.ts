import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ImageConfig } from '../../lib/oci/image-config.ts'
import type { Index, Manifest } from '../../lib/oci/manifest.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { type Bases, makeBases, noBases } from './bases.ts'
import { realRegistries, type RunningRegistry } from './real-registries.ts'
import { unless } from './unless.ts'

const [registry] = realRegistries()
const noSkopeo = spawnSync('skopeo', ['--version']).status === 0 ? undefined : 'needs skopeo'
const reason = noBases() ?? noSkopeo ?? registry?.reason
const made = unless(reason)
const run = promisify(execFile)

let folder = ''
let bases: Bases
let running: RunningRegistry | undefined

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bases-'))
  if (reason !== undefined || !registry) return
  running = await registry.start()
  bases = await makeBases(join(folder, 'layout'))
  await bases.push(running.host)
})
test.after(async () => {
  await running?.close()
  await rm(folder, { recursive: true, force: true })
})

/** What skopeo reads from the registry, as it is there. */
async function raw<T>(reference: string, ...options: readonly string[]): Promise<T> {
  const { stdout } = await run('skopeo', ['inspect', '--raw', ...options, '--tls-verify=false', `docker://${running?.host}/${reference}`])
  return JSON.parse(stdout) as T
}

async function imagesOf(name: string): Promise<readonly { platform: string, manifest: Manifest, config: ImageConfig }[]> {
  const { manifests } = await raw<Index>(name)
  const repository = name.replace(/:[^:]*$/, '')
  const images = manifests.filter(({ platform }) => platform?.os === 'linux')
  return Promise.all(images.map(async ({ digest, platform }) => ({
    platform: [platform?.os, platform?.architecture, platform?.variant].filter(part => part !== undefined).join('/'),
    manifest: await raw<Manifest>(`${repository}@${digest}`),
    config: await raw<ImageConfig>(`${repository}@${digest}`, '--config'),
  })))
}

const blobOf = (digest: string): string => join(bases.folder, 'blobs', digest.replace(':', '/'))

const typesOf = ({ manifest }: { manifest: Manifest }): readonly (string | undefined)[] =>
  [manifest.mediaType, manifest.config.mediaType, ...manifest.layers.map(({ mediaType }) => mediaType)]

const native = process.arch === 'x64' ? 'linux/amd64' : 'linux/arm64'
const platformsOf = (repository: string): readonly string[] => bases.all.find(base => base.repository === repository)?.platforms ?? []

made('every base is there for this machine, and for another', () => {
  assert.equal(bases.all.map(({ repository, tag }) => `${repository}:${tag}`), [
    'library/alpine:3', 'library/ubuntu:24.04', 'distroless/static-debian12:nonroot', 'ubi9/ubi-minimal:latest',
  ])
  for (const { repository, platforms } of bases.all) {
    assert.ok(platforms.some(platform => platform.startsWith(native)), repository)
    assert.ok(platforms.length > 1, repository)
  }
})

made('alpine is a list and manifests of Docker\'s, without attestations', async () => {
  const { mediaType, manifests } = await raw<Index>('library/alpine:3')
  const images = await imagesOf('library/alpine:3')
  assert.is(mediaType, mediaTypes.dockerList)
  assert.is(images.length, manifests.length)
  for (const image of images) assert.equal(typesOf(image), [mediaTypes.dockerManifest, mediaTypes.dockerConfig, mediaTypes.dockerGzipLayer])
  for (const { config } of images) assert.equal(config.config?.Cmd, ['/bin/sh'])
  assert.equal(images.map(({ platform }) => platform), platformsOf('library/alpine'))
})

made('ubuntu is an OCI index with an attestation for each image', async () => {
  const { mediaType, manifests } = await raw<Index>('library/ubuntu:24.04')
  const images = await imagesOf('library/ubuntu:24.04')
  const attested = manifests.filter(({ platform }) => platform?.os === 'unknown')
  assert.is(mediaType, mediaTypes.index)
  assert.equal(new Set(attested.map(({ annotations }) => annotations?.['vnd.docker.reference.digest'])),
    new Set(manifests.filter(one => !attested.includes(one)).map(({ digest }) => digest)))
  assert.is(attested.length, images.length)
  for (const image of images) assert.equal(typesOf(image), [mediaTypes.manifest, mediaTypes.config, mediaTypes.gzipLayer])
  for (const { config } of images) {
    assert.equal(config.config?.Cmd, ['/bin/bash'])
    assert.is(config.config?.Labels?.['org.opencontainers.image.ref.name'], 'ubuntu')
    assert.is(config.config?.Labels?.['org.opencontainers.image.version'], '24.04')
  }
})

made('distroless has several layers, one in zstd, and a user of its own', async () => {
  for (const { manifest, config } of await imagesOf('distroless/static-debian12:nonroot')) {
    assert.equal(new Set(manifest.layers.map(({ mediaType }) => mediaType)), new Set([mediaTypes.gzipLayer, mediaTypes.zstdLayer]))
    assert.is(manifest.layers.length, config.rootfs.diff_ids.length)
    assert.is(config.config?.User, '65532')
    assert.is(config.config?.WorkingDir, '/home/nonroot')
  }
})

made('ubi has Docker\'s types, labels of its own, and a volume', async () => {
  const images = await imagesOf('ubi9/ubi-minimal:latest')
  assert.is((await raw<Index>('ubi9/ubi-minimal:latest')).mediaType, mediaTypes.dockerList)
  for (const { config } of images) {
    assert.is(config.config?.Labels?.['name'], 'ubi9-minimal')
    assert.equal(config.config?.Volumes, { '/var/cache/yum': {} })
  }
  assert.equal(images.map(({ platform }) => platform), platformsOf('ubi9/ubi-minimal'))
})

made('the registry has all of it, byte for byte', async () => {
  for (const { repository, tag, root } of bases.all) {
    const copy = join(folder, tag)
    await run('skopeo', ['copy', '--quiet', '--all', '--src-tls-verify=false', `docker://${running?.host}/${repository}:${tag}`, `dir:${copy}`])
    const { stdout } = await run('sha256sum', [join(copy, 'manifest.json')])
    assert.is(`sha256:${stdout.split(' ')[0]}`, root.digest)
  }
})

made('no path comes twice in a layer', async () => {
  for (const { repository, tag } of bases.all) {
    for (const { manifest } of await imagesOf(`${repository}:${tag}`)) {
      for (const { digest, mediaType } of manifest.layers) {
        const paths = (await run('tar', ['-t', mediaType === mediaTypes.zstdLayer ? '--zstd' : '-z', '-f', blobOf(digest)])).stdout.split('\n')
        assert.is(new Set(paths).size, paths.length, `${repository} ${digest}`)
      }
    }
  }
})

made('the same packages give the same bytes', async () => {
  const again = await makeBases(join(folder, 'again'))
  assert.equal(again.all.map(({ root }) => root.digest), bases.all.map(({ root }) => root.digest))
})

const noChroot = process.getuid?.() === 0 ? undefined : 'needs root, to run what is in an image'
const emulated = existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64')

unless(reason ?? noChroot)('the shells run', async () => {
  if (!emulated) console.log('note: no emulators: only the shells for this machine run')
  for (const { repository, tag } of bases.all.filter(base => !base.repository.startsWith('distroless'))) {
    for (const { platform, manifest } of await imagesOf(`${repository}:${tag}`)) {
      if (!emulated && !platform.startsWith(native)) continue
      const root = join(folder, 'roots', repository, platform)
      await mkdir(root, { recursive: true })
      for (const { digest } of manifest.layers) await run('tar', ['-xzf', blobOf(digest), '-C', root])
      const { stdout } = await run('chroot', [root, '/bin/sh', '-c', 'cat /etc/os-release && uname -m'])
      assert.match(stdout, /alpine|ubuntu|rhel/, `${repository} ${platform}`)
    }
  }
})

test.run()
