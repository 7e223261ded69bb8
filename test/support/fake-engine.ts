import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readTar } from '../../lib/formats/tar-reader.ts'
import type { ImageConfig } from '../../lib/oci/image-config.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { collect } from '../formats/support/collect.ts'

export interface FakeEngine {
  /** `127.0.0.1:40123`; empty where it listens at a socket. */
  readonly host: string
  /** `DELETE /images/gateway:1`, without its query. */
  readonly requests: readonly string[]
  /** What it has, by name and by id. */
  readonly images: Map<string, FakeImage>
  close(): Promise<void>
}

/** What it tells of an image, and gives back. */
export interface FakeImage {
  readonly inspected: { readonly Id: string; readonly [field: string]: unknown }
  readonly archive: Buffer
}

export interface FakeEngineOptions {
  /** A socket. Default: a free port of 127.0.0.1. */
  readonly path?: string
  /** What becomes of an image that is loaded; nothing, where the Engine refuses it. */
  readonly taken?: (image: FakeImage) => FakeImage | undefined
  /** What every build makes. */
  readonly built?: () => Promise<FakeImage>
}

/** A Docker Engine without BuildKit, for linux/amd64, as far as images are loaded, built, looked at and saved. */
export async function startFakeEngine({ path, taken = image => image, built }: FakeEngineOptions = {}): Promise<FakeEngine> {
  const requests: string[] = []
  const images = new Map<string, FakeImage>()
  const keep = (name: string, image: FakeImage): void => { for (const one of [name, image.inspected.Id]) images.set(one, image) }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine')
    const [, name = '', action = ''] = /^\/images\/(.+?)(?:\/(json|get))?$/.exec(decodeURIComponent(pathname)) ?? []
    requests.push(`${request.method} ${decodeURIComponent(pathname)}`)
    const found = images.get(name)
    if (pathname === '/_ping') response.end('OK')
    else if (pathname === '/version') json(response, { Version: '18.9', ApiVersion: '1.39', Os: 'linux', Arch: 'amd64' })
    else if (pathname === '/images/load') {
      const loaded = await fakeImage(await collect(request))
      const kept = taken(loaded.image)
      if (kept) keep(loaded.name, kept)
      json(response, kept ? { stream: `Loaded image: ${loaded.name}\n` } : { error: 'it is refused' })
    } else if (pathname === '/build' && built) {
      await collect(request)
      const image = await built()
      keep(searchParams.get('t') ?? '', image)
      json(response, { aux: { ID: image.inspected.Id } })
    } else if (!found) json(response, { message: `No such image: ${name}` }, 404)
    else if (request.method === 'DELETE') {
      images.delete(name)
      json(response, [{ Untagged: name }])
    } else if (action === 'get') response.end(found.archive)
    else json(response, found.inspected)
  }
  const server = createServer((request, response) => { void answer(request, response).catch(() => response.destroy()) })
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path })
  await once(server, 'listening')
  const address = server.address()
  return {
    requests, images, host: address && typeof address === 'object' ? `${address.address}:${address.port}` : '',
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The first image of a Docker archive, as an Engine tells of it. */
export async function fakeImage(archive: Buffer): Promise<{ readonly name: string; readonly image: FakeImage }> {
  const files = new Map<string, Buffer>()
  for await (const { name, body } of readTar((async function* () { yield archive })(), 'it')) files.set(name, await collect(body))
  const [first] = JSON.parse(String(files.get('manifest.json'))) as readonly { readonly Config: string; readonly RepoTags: readonly string[] | null }[]
  const bytes = files.get(first?.Config ?? '') ?? Buffer.alloc(0)
  const { os, architecture, config, rootfs } = JSON.parse(bytes.toString()) as ImageConfig
  return { name: first?.RepoTags?.[0] ?? '', image: { archive, inspected: { Id: digestOf(bytes), RepoTags: first?.RepoTags, Os: os, Architecture: architecture, Config: config, RootFS: { Layers: rootfs.diff_ids } } } }
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
