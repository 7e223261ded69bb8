import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noEngine, startEngine } from '../../../test/support/docker-engine.ts'
import type { Runner } from '../duel.ts'
import { lanes } from '../lanes.ts'
import { runProcess } from '../process.ts'
import type { ImageContest } from './image-contest.ts'
import { dashed, imagePlatforms } from './image-platforms.ts'

// The one that belongs to the Engine: others in the PATH may want BuildKit as a plugin.
const program = '/usr/bin/docker'

export interface DockerImages extends Runner {
  close(): Promise<void>
}

/** `docker build` with BuildKit and `docker push`, by an Engine of its own; without indexes. Undefined where there is no Engine. */
export async function dockerImages({ folder, host, bases, binaries, environment, signal, log }: ImageContest): Promise<DockerImages | undefined> {
  const missing = noEngine() ?? (existsSync(program) ? undefined : `there is no ${program}`)
  if (missing !== undefined) {
    log(`docker is left out: ${missing}`)
    return undefined
  }
  const own = join(folder, 'docker')
  await mkdir(own, { recursive: true })
  for (const { distro, reference } of bases) {
    await writeFile(join(own, distro), `FROM ${reference}\nCOPY gateway /usr/local/bin/gateway\nUSER 65532\nEXPOSE 8080\nENTRYPOINT ["/usr/local/bin/gateway"]\n`)
  }
  const engine = await startEngine()
  const docker = (...args: readonly string[]): Promise<void> => runProcess({
    command: program, args, folder: own, signal, environment: { ...environment, DOCKER_HOST: engine.host, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: own },
  })
  const wanted = bases.flatMap(({ distro }) => imagePlatforms.map(platform => ({ distro, platform })))
  let version = ''
  return {
    name: 'docker build, push', close: engine.close,
    ready: async turn => {
      version = `1.${turn}.0`
      await binaries.renew(turn)
    },
    run: () => lanes(wanted, async ({ distro, platform }) => {
      const image = `${host}/docker/gateway:${version}-${distro}-${dashed(platform)}`
      await docker('build', '--quiet', '--platform', platform, '--file', join(own, distro), '--tag', image, binaries.folderOf(platform))
      await docker('push', '--quiet', image)
    }),
  }
}
