import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { tar } from '../../../lib/formats/tar.ts'
import { collect } from '../../formats/support/collect.ts'
import { memoryEntry } from '../../formats/support/memory-entry.ts'
import type { LayerSource } from '../../../lib/oci/layer-entries.ts'

/** What a Docker Engine makes of layers: the file system of a container of an image that has them, as one tar. */
export async function inDocker(host: string, layers: readonly LayerSource[]): Promise<LayerSource> {
  const ask = (method: string, path: string, body: Uint8Array = Buffer.alloc(0), type = 'application/json'): Promise<Buffer> =>
    asked({ socketPath: host.slice('unix://'.length), method, path, headers: { 'content-type': type } }, body)
  await ask('POST', '/images/load?quiet=1', await archiveOf(layers), 'application/x-tar')
  const { Id: id } = JSON.parse((await ask('POST', '/containers/create', Buffer.from('{"Image":"try:latest"}'))).toString()) as { readonly Id: string }
  const bytes = await ask('GET', `/containers/${id}/export`)
  await ask('DELETE', `/containers/${id}`)
  await ask('DELETE', '/images/try:latest')
  return { mediaType: 'application/x-tar', async *open() { yield bytes } }
}

async function archiveOf(layers: readonly LayerSource[]): Promise<Buffer> {
  const blobs = await Promise.all(layers.map(layer => collect(layer.open())))
  const ids = blobs.map(bytes => `sha256:${createHash('sha256').update(bytes).digest('hex')}`)
  const config = { architecture: 'amd64', os: 'linux', config: { Cmd: ['/x'] }, rootfs: { type: 'layers', diff_ids: ids } }
  const names = blobs.map((_, index) => `${index}.tar`)
  const list = [{ Config: 'config.json', RepoTags: ['try:latest'], Layers: names }]
  return collect(tar([
    memoryEntry('config.json', JSON.stringify(config)), memoryEntry('manifest.json', JSON.stringify(list)),
    ...blobs.map((bytes, index) => memoryEntry(`${index}.tar`, bytes)),
  ], { time: new Date(0) }))
}

function asked(options: object, body: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request(options, response => {
      collect(response).then(bytes => {
        // The engine tells a layer that it cannot unpack in the stream of a load that began well.
        const whole = (response.statusCode ?? 500) < 300 && !bytes.subarray(0, 2000).includes('"errorDetail"')
        return whole ? resolve(bytes) : reject(new Error(bytes.toString()))
      }, reject)
    }).on('error', reject).end(body)
  })
}
