import type { GatheredBase } from '../../lib/clients/static-parts.ts'
import type { Observer } from '../../lib/contracts/workshop.ts'
import { task } from '../../lib/graph/task.ts'
import type { StaticBase } from '../../lib/values/base.ts'
import type { BaseImage } from '../../lib/values/image.ts'

export interface StaticImageInput {
  readonly base: StaticBase
  /** The commit's time, which every file has. */
  readonly date: string
  readonly level: number
  readonly zlib: string
}

/**
 * What a static program needs, put together by Slipway: certificates, time zones, users, a folder for temporary files. The
 * same for every platform.
 */
export const staticImage = task<StaticImageInput, BaseImage>({
  name: 'base image',
  revision: 2,
  slot: 'cpu',
  outline: () => ({ kind: 'base', name: 'static' }),
  depends: ({ base, ...input }) => ({ ...input, certificates: base.certificates }),
  observe: async ({ base }, observer) => ({ value: { ...(await partsOf(base, observer)).named }, reads: base.place.reads ?? [] }),
  work: async ({ base, date, level }, workshop) => {
    const [{ layerOf }, { layOver }, { storeBase }, { emptyTree }] = await Promise.all([
      import('../../lib/oci/layer-of.ts'), import('../../lib/oci/lay-over.ts'),
      import('../../lib/oci/store-base.ts'), import('../../lib/oci/tree.ts'),
    ])
    const { entries, config } = await partsOf(base, workshop)
    const { descriptor, diffId } = await layerOf(entries, { time: new Date(date), level }, workshop.content)
    const history = [{ created: date, created_by: 'slipway', comment: 'certificates, time zones, users' }]
    const whole = { architecture: '', os: 'linux', config, rootfs: { type: 'layers', diff_ids: [diffId] }, history }
    return storeBase({ config: whole, layers: [{ ...descriptor, diffId }], tree: await layOver(emptyTree, entries) }, workshop.content)
  },
})

async function partsOf({ place }: StaticBase, observer: Observer): Promise<GatheredBase> {
  const { staticParts } = await import('../../lib/clients/static-parts.ts')
  const { zones = '', certificates } = place
  return observer.once('parts of the static base', () => staticParts({ zoneinfo: zones, ...(certificates === undefined ? {} : { certificates }) }))
}
