import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Digest } from '../../../lib/values/descriptor.ts'
import type { Member } from './member.ts'

export interface Layer {
  readonly compression: 'gzip' | 'zstd'
  /** Compressed. */
  readonly bytes: Uint8Array
  /** Of the tar archive. */
  readonly diffId: Digest
  /** What history says of it. */
  readonly createdBy: string
}

export interface LayerOptions {
  readonly created: string
  readonly createdBy: string
  readonly compression?: Layer['compression']
}

/** A layer with these members in the order given: equal members, equal bytes. A folder that comes again is left out. */
export async function layer(members: readonly Member[], { created, createdBy, compression = 'gzip' }: LayerOptions): Promise<Layer> {
  const tar = await archive(once(members), new Date(created))
  const diffId: Digest = `sha256:${createHash('sha256').update(tar).digest('hex')}`
  return { compression, bytes: compression === 'gzip' ? gzipSync(tar) : zstd(tar), diffId, createdBy }
}

/** The Docker Engine refuses a path that comes twice. */
function once(members: readonly Member[]): readonly Member[] {
  const first = new Map(members.toReversed().map(member => [member.path, member]))
  return members.filter(member => first.get(member.path) === member || member.type !== 'directory')
}

async function archive(members: readonly Member[], mtime: Date): Promise<Buffer> {
  const tar = pack()
  for (const { path, type, mode, owner = 0, group = 0, bytes, target } of members) {
    const name = type === 'directory' ? `${path}/` : path
    const plain = type === 'file' ? 0o644 : type === 'symlink' ? 0o777 : 0o755
    const header = { name, type, mode: mode ?? plain, uid: owner, gid: group, mtime, ...target !== undefined && { linkname: target } }
    if (type === 'file') tar.entry(header, Buffer.from(bytes ?? []))
    else tar.entry(header)
  }
  tar.finalize()
  return buffer(tar)
}

/** From a pipe: the frame does not say how large its content is, as in layers that BuildKit writes. */
function zstd(tar: Uint8Array): Uint8Array {
  const { status, stdout, stderr } = spawnSync('zstd', ['--quiet', '-19', '--stdout'], { input: tar, maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`zstd cannot compress: ${stderr?.toString() ?? 'it is not there'}`)
  return stdout
}
