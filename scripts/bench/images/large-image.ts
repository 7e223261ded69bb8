import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { image } from '../../../test/support/bases/image.ts'
import { layoutIn } from '../../../test/support/bases/layout.ts'
import { digestOf } from '../../../lib/values/digest.ts'

/** Writes an image of so many layers into a layout, under the name `large`; nothing makes them smaller. */
export async function largeImage(folder: string, layers: number, megabytes: number): Promise<void> {
  const layout = await layoutIn(folder)
  const created = '2024-05-06T07:08:09Z'
  const made = Array.from({ length: layers }, () => {
    const bytes = randomBytes(megabytes * 1e6)
    // Gzip without compression: what is copied is looked at by nobody, but skopeo compresses what is not.
    return { compression: 'gzip' as const, bytes: gzipSync(bytes, { level: 0 }), diffId: digestOf(bytes), createdBy: 'bench' }
  })
  const root = await image(layout, { form: 'oci', platform: { os: 'linux', architecture: 'amd64' }, created, config: {}, layers: made })
  const { platform: _, ...plain } = root
  await layout.finish({ large: plain })
}
