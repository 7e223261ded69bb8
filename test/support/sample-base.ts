import { gzipSync } from 'node:zlib'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import type { OciPlatform } from '../../lib/oci/oci-platform.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { collect } from '../formats/support/collect.ts'
import { tarLayer, type RawMember } from '../oci/support/tar-layer.ts'
import type { Repository } from './registry/state.ts'

/** A base that somebody may have made, right or wrong. */
export interface SampleBase {
  readonly platform?: OciPlatform
  readonly layers?: readonly SampleLayer[]
  /** With Docker's media types in place of OCI's. */
  readonly docker?: boolean
  readonly created?: string
  /** What containers of it get. */
  readonly container?: object
  /** Fields of the manifest that are other than they should be. */
  readonly manifest?: object
}

export interface SampleLayer {
  readonly members?: readonly RawMember[]
  /** Default: gzip. */
  readonly as?: (tar: Buffer) => { readonly bytes: Buffer; readonly mediaType: string }
  /** What the configuration says in place of the truth. */
  readonly diffId?: string
}

export const plainTar: NonNullable<SampleLayer['as']> = tar => ({ bytes: tar, mediaType: mediaTypes.layer })

/** Frames of RFC 8878 that compress nothing. */
export const zstd: NonNullable<SampleLayer['as']> = tar => {
  const most = 1 << 16
  const frames = Array.from({ length: Math.ceil(tar.length / most) }, (_, index) => {
    const part = tar.subarray(index * most, (index + 1) * most)
    const head = Buffer.alloc(12)
    head.writeUInt32LE(0xfd2fb528, 0)
    head.writeUInt8(0b1010_0000, 4)   // one segment whose size stands in four bytes
    head.writeUInt32LE(part.length, 5)
    head.writeUIntLE(part.length << 3 | 1, 9, 3)   // the last block, raw
    return Buffer.concat([head, part])
  })
  return { bytes: Buffer.concat(frames), mediaType: mediaTypes.zstdLayer }
}

const gzipped: NonNullable<SampleLayer['as']> = tar => ({ bytes: gzipSync(tar), mediaType: mediaTypes.gzipLayer })

const usual: readonly SampleLayer[] = [{ members: ['bin/', 'bin/sh', 'etc/', 'etc/passwd: root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\n'] }]

/** Puts a base for one platform into a registry's repository, without looking at it as a registry would. */
export async function addBase(repository: Repository, base: SampleBase = {}): Promise<OciDescriptor & { readonly platform: OciPlatform }> {
  const { platform = { os: 'linux', architecture: 'amd64' }, layers = usual, docker = false, created = '2026-11-01T00:00:00Z', container = {} } = base
  const types = docker ? { config: mediaTypes.dockerConfig, manifest: mediaTypes.dockerManifest } : mediaTypes
  const packed = await Promise.all(layers.map(async ({ members = [], as = gzipped, diffId }) => {
    const tar = await collect(tarLayer(members).open())
    const { bytes, mediaType } = as(tar)
    return { descriptor: addBlob(repository, docker ? dockerType(mediaType) : mediaType, bytes), diffId: diffId ?? digestOf(tar) }
  }))
  const rootfs = { type: 'layers', diff_ids: packed.map(one => one.diffId) }
  const config = addBlob(repository, types.config, JSON.stringify({ ...platform, created, config: container, rootfs }))
  const manifest = { schemaVersion: 2, mediaType: types.manifest, config, layers: packed.map(one => one.descriptor), ...base.manifest }
  return { ...addManifest(repository, types.manifest, manifest), platform }
}

/** Puts an index, or Docker's list, into it. */
export function addBaseIndex(repository: Repository, manifests: readonly OciDescriptor[], mediaType: string = mediaTypes.index): OciDescriptor {
  return addManifest(repository, mediaType, { schemaVersion: 2, mediaType, manifests })
}

export function addManifest({ manifests }: Repository, mediaType: string, value: unknown): OciDescriptor {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  manifests.set(digestOf(bytes), { mediaType, bytes })
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

export function addBlob({ blobs }: Repository, mediaType: string, content: string | Uint8Array): OciDescriptor {
  const bytes = Buffer.from(content)
  blobs.set(digestOf(bytes), bytes)
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

function dockerType(mediaType: string): string {
  return mediaType === mediaTypes.layer ? mediaTypes.dockerLayer : mediaTypes.dockerGzipLayer
}
