import type { Content } from '../../lib/contracts/content.ts'
import type { DemoPlan } from '../../lib/formats/compose/demo-plan.ts'
import { task } from '../../lib/graph/task.ts'
import type { At } from '../../lib/values/artifact.ts'
import type { Demo } from '../../lib/values/demo.ts'
import { filesMediaType, type FileEntry, type Files } from '../../lib/values/files.ts'
import type { Image } from '../../lib/values/image.ts'
import { Skip } from '../../lib/values/skip.ts'
import { releasedImage } from '../image/released-image.ts'
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
  observe: async ({ images, plan }) => {
    skipWithoutDefault(images, plan)
    return { value: null, reads: [] }
  },
  work: async ({ images, plan, own, others, licenseFiles }, { content, notice }) => {
    const [{ demoTexts }, { leftOut }] = await Promise.all([import('../../lib/formats/compose/demo-texts.ts'), import('../../lib/formats/compose/demo-plan.ts')])
    const contents = { ...plan, images: images.map(releasedImage) }
    const missing = leftOut(contents)
    if (missing.length > 0) notice(`The compose file leaves out ${missing.join(', ')}: there is no image on ${missing.length === 1 ? 'it' : 'them'} in this release.`)
    const written = await Promise.all(demoTexts(contents, licenseFiles).map(async ({ path, text }): Promise<FileEntry> => {
      const { digest, size } = await content.put([Buffer.from(text)], 'application/octet-stream')
      return { path, mode: 0o644, size, digest }
    }))
    const entries = demoEntries(plan, { written, own: await entriesOf(own, content), others: await entriesOf(others, content), licenseFiles })
    return content.put([Buffer.from(JSON.stringify(entries))], filesMediaType)
  },
})

function skipWithoutDefault(images: readonly At<Image>[], { defaultDistro }: DemoPlan): void {
  if (images.some(({ distro }) => distro === defaultDistro)) return
  throw new Skip(`there is no image on ${defaultDistro}, which runs where no distro is named`)
}

async function entriesOf(sets: readonly Files[], content: Content): Promise<readonly FileEntry[]> {
  const { listFiles } = await import('../../lib/clients/unpack-files.ts')
  return (await Promise.all(sets.map(set => listFiles(set, content)))).flat()
}
