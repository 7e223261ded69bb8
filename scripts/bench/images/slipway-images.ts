import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runner } from '../duel.ts'
import { runProcess } from '../process.ts'
import type { ImageContest } from './image-contest.ts'
import { dashed, imagePlatforms } from './image-platforms.ts'
import { installedPackage } from '../installed-package.ts'

/** `npx tsx build.ts push`: an index for each base, tags and all. */
export async function slipwayImages(contest: ImageContest): Promise<Runner> {
  const { folder, environment, signal, project, binaries } = contest
  const own = join(folder, 'slipway')
  await mkdir(own, { recursive: true })
  await installedPackage(own, contest)
  await writeFile(join(own, 'build.ts'), buildScript(contest))
  const tsx = (...args: readonly string[]): Promise<void> => runProcess({
    command: 'npx', args: ['tsx', ...args], folder: own, signal, environment: { ...environment, SLIPWAY_CACHE: join(folder, 'cache') },
  })
  await tsx('build.ts', 'lock')
  return {
    name: 'slipway', run: () => tsx('build.ts', 'push'),
    ready: async turn => {
      await binaries.renew(turn)
      await project.release(turn)   // with the programs: what git does not know makes a release a snapshot
    },
  }
}

function buildScript({ project, bases, host }: ImageContest): string {
  const files = Object.fromEntries(imagePlatforms.map(platform => [platform, `ready/${dashed(platform)}/gateway`]))
  return `import { buildImage, main, ociRegistry, prebuilt, publish, resolveVersion, send } from 'slipway'

const registry = ociRegistry('${host}/slipway/gateway')
const files: Readonly<Record<string, string>> = ${JSON.stringify(files)}

await main(import.meta, {
  project: ${JSON.stringify(project.folder)},
  version: resolveVersion(),
  targets: ${JSON.stringify(imagePlatforms)},
  bases: ${JSON.stringify(Object.fromEntries(bases.map(({ distro, reference }) => [distro, reference])))},

  goals: ({ project, version, source, targets, base }) => {
    const binaries = targets.map(target => prebuilt({ project, version, source: source('files'), target, file: files[target] ?? '', program: 'gateway' }))
    const images = ${JSON.stringify(bases.map(({ distro }) => distro))}.map(distro =>
      buildImage({ base: base(distro), binaries, user: '65532', ports: [8080] }))
    return { push: ['images', publish(send(registry, images))] }
  },
})
`
}
