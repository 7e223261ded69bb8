import { createCipheriv, createHash } from 'node:crypto'
import { layer } from '../../../test/support/bases/layer.ts'
import { image } from '../../../test/support/bases/image.ts'
import { indexOf } from '../../../test/support/bases/index-of.ts'
import { layoutIn, type Layout } from '../../../test/support/bases/layout.ts'
import type { Member } from '../../../test/support/bases/member.ts'
import { platformOf } from '../../../test/support/bases/platform-of.ts'
import { push } from '../../../test/support/bases/push.ts'
import { imagePlatforms } from './image-platforms.ts'

export interface BenchBase {
  readonly distro: string
  /** `127.0.0.1:5000/bases/alpine:1` */
  readonly reference: string
  /** Each platform's own manifest: `127.0.0.1:5000/bases/alpine@sha256:...`. */
  readonly byPlatform: Readonly<Record<string, string>>
}

/** How many files four that people build on have, about. A fraction of their bytes will do: nobody times what is fetched once. */
const sizes = [
  { distro: 'alpine', files: 80, megabytes: 2 },
  { distro: 'ubuntu', files: 2500, megabytes: 6 },
  { distro: 'distroless', files: 1500, megabytes: 1 },
  { distro: 'ubi', files: 4500, megabytes: 6 },
] as const

const created = '2024-05-06T07:08:09Z'

/** Makes the bases and pushes them. */
export async function benchBases(folder: string, host: string): Promise<readonly BenchBase[]> {
  const layout = await layoutIn(folder)
  const bases: BenchBase[] = []
  for (const { distro, files, megabytes } of sizes) {
    const images = await Promise.all(imagePlatforms.map(async platform => imageFor(layout, { distro, files, megabytes, platform })))
    const repository = `bases/${distro}`
    await push(layout, await indexOf(layout, 'docker', images), `http://${host}/v2/${repository}`, '1')
    bases.push({
      distro, reference: `${host}/${repository}:1`,
      byPlatform: Object.fromEntries(imagePlatforms.map((platform, at) => [platform, `${host}/${repository}@${images[at]?.digest ?? ''}`])),
    })
  }
  return bases
}

interface Wanted {
  readonly distro: string
  readonly files: number
  readonly megabytes: number
  readonly platform: string
}

async function imageFor(layout: Layout, wanted: Wanted): ReturnType<typeof image> {
  return image(layout, {
    form: 'docker', platform: platformOf(wanted.platform), created,
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['/bin/sh'] },
    layers: [await layer(members(wanted), { created, createdBy: `${wanted.distro} for ${wanted.platform}` })],
  })
}

function members({ distro, files, megabytes, platform }: Wanted): readonly Member[] {
  const folders = ['etc', 'bin', 'tmp', 'usr', 'usr/bin', 'usr/lib', 'usr/local', 'usr/local/bin', 'usr/share', ...Array.from({ length: Math.ceil(files / 50) }, (_, at) => `usr/share/part-${at}`)]
  const size = Math.floor(megabytes * 1e6 / files)
  return [
    ...folders.map((path): Member => ({ path, type: 'directory' })),
    { path: 'etc/passwd', type: 'file', bytes: Buffer.from('root:x:0:0:root:/root:/bin/sh\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n') },
    { path: 'etc/group', type: 'file', bytes: Buffer.from('root:x:0:\nnonroot:x:65532:\n') },
    ...Array.from({ length: files }, (_, at): Member => ({ path: `usr/share/part-${Math.floor(at / 50)}/file-${at}.txt`, type: 'file', bytes: noise(`${distro} ${platform} ${at}`, size) })),
  ]
}

/** Bytes that nothing makes smaller, the same for the same seed. */
function noise(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}
