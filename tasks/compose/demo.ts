import type { Content } from '../../lib/contracts/content.ts'
import type { Observer } from '../../lib/contracts/workshop.ts'
import type { DemoPlan } from '../../lib/formats/compose/demo-plan.ts'
import type { Outlined } from '../../lib/graph/step-input.ts'
import { task } from '../../lib/graph/task.ts'
import type { At } from '../../lib/values/artifact.ts'
import type { Demo } from '../../lib/values/demo.ts'
import { filesMediaType, type FileEntry, type Files } from '../../lib/values/files.ts'
import type { Image } from '../../lib/values/image.ts'
import { Skip } from '../../lib/values/skip.ts'
import { releasedImage } from '../image/released-image.ts'
import { tellLeftOut } from '../image/tell-left-out.ts'
import { demoEntries } from './demo-entries.ts'

export interface DemoInput {
  readonly images: readonly At<Image>[]
  readonly plan: DemoPlan
  /** The configs and the license's files. */
  readonly own: readonly Files[]
  readonly licenseFiles: readonly string[]
  /** All else of the project that stands beside them. */
  readonly others: readonly Files[]
  readonly name: string
  readonly folder: string
}

/** The folder that shows the images. An image that is skipped is left out; the default one takes the folder with it. */
export const demo = task<DemoInput, Demo>({
  name: 'compose',
  revision: 1,
  outline: ({ name, folder, plan }) => ({ kind: 'demo', name, folder, version: plan.version }),
  depends: ({ images, plan, licenseFiles, own, others }) => ({
    plan, licenseFiles, images: images.map(releasedImage), own: own.map(({ digest }) => digest), others: others.map(({ digest }) => digest),
  }),
  observe: async (input, observer) => {
    await lookAt(input, observer)
    return { value: null, reads: [] }
  },
  foresee: lookAt,
  work: async ({ images, plan, own, others, licenseFiles }, { content }) => {
    const { demoTexts } = await import('../../lib/formats/compose/demo-texts.ts')
    const contents = { ...plan, images: images.map(releasedImage) }
    const written = await Promise.all(demoTexts(contents, licenseFiles).map(async ({ path, text }): Promise<FileEntry> => {
      const { digest, size } = await content.put([Buffer.from(text)], 'application/octet-stream')
      return { path, mode: 0o644, size, digest }
    }))
    const entries = demoEntries(plan, { written, own: await entriesOf(own, content), others: await entriesOf(others, content), licenseFiles })
    return content.put([Buffer.from(JSON.stringify(entries))], filesMediaType)
  },
})

/** What it lacks is told in plans too, and of one that is in the cache. */
async function lookAt({ images, plan }: Outlined<Pick<DemoInput, 'images' | 'plan'>>, observer: Observer): Promise<void> {
  const there = new Set(images.map(({ distro }) => distro))
  if (!there.has(plan.defaultDistro)) throw new Skip(`there is no image on ${plan.defaultDistro}, which runs where no distro is named`)
  tellLeftOut('The compose file', plan.distros.filter(distro => !there.has(distro)), observer)
}

async function entriesOf(sets: readonly Files[], content: Content): Promise<readonly FileEntry[]> {
  const { listFiles } = await import('../../lib/clients/unpack-files.ts')
  return (await Promise.all(sets.map(set => listFiles(set, content)))).flat()
}
