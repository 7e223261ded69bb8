import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runner } from '../duel.ts'
import { goProgram } from '../go-program.ts'
import { lanes } from '../lanes.ts'
import { runProcess } from '../process.ts'
import type { ImageContest } from './image-contest.ts'
import { dashed, imagePlatforms } from './image-platforms.ts'

/** A script around `crane append`, `crane mutate` and `crane index append`, with a layer for each platform by tar. */
export async function craneImages({ folder, host, bases, binaries, environment, signal }: ImageContest): Promise<Runner> {
  const program = await goProgram({ package: 'github.com/google/go-containerregistry/cmd/crane', version: 'v0.20.6', environment, signal })
  const own = join(folder, 'crane')
  await mkdir(own, { recursive: true })
  const run = (command: string, ...args: readonly string[]): Promise<void> => runProcess({ command, args, folder: own, environment, signal })
  const layerOf = (platform: string): string => join(own, `${dashed(platform)}.tar`)
  const wanted = bases.flatMap(base => imagePlatforms.map(platform => ({ base, platform })))
  let version = ''
  return {
    name: 'crane append, mutate',
    ready: async turn => {
      version = `1.${turn}.0`
      await binaries.renew(turn)
    },
    run: async () => {
      const nameOf = (distro: string, platform?: string): string => `${host}/crane/gateway:${version}-${distro}${platform === undefined ? '' : `-${dashed(platform)}`}`
      await lanes(imagePlatforms, platform => run('tar', '-cf', layerOf(platform), '--transform', 's,^,usr/local/bin/,', '-C', binaries.folderOf(platform), 'gateway'))
      await lanes(wanted, async ({ base: { distro, byPlatform }, platform }) => {
        const image = nameOf(distro, platform)
        await run(program, 'append', '--base', byPlatform[platform] ?? '', '--new_layer', layerOf(platform), '--new_tag', image)
        await run(program, 'mutate', image, '--entrypoint', '/usr/local/bin/gateway', '--user', '65532', '--exposed-ports', '8080', '--tag', image)
      })
      await lanes(bases, ({ distro }) => run(program, 'index', 'append', ...imagePlatforms.flatMap(platform => ['--manifest', nameOf(distro, platform)]), '--tag', nameOf(distro)))
    },
  }
}
