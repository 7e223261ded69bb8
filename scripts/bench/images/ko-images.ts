import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runner } from '../duel.ts'
import { goProgram } from '../go-program.ts'
import { runProcess } from '../process.ts'
import type { ImageContest } from './image-contest.ts'
import { imagePlatforms } from './image-platforms.ts'
import { serverProject } from './server-project.ts'

/** ko compiles by itself, from a Go cache that has everything but the main package; one call for each base. */
export async function koImages({ folder, host, bases, environment, signal }: ImageContest): Promise<Runner> {
  const ko = await goProgram({ package: 'github.com/google/ko', version: 'v0.18.1', environment, signal })
  const own = join(folder, 'ko')
  await mkdir(own, { recursive: true })
  const project = await serverProject(join(own, 'project'))
  let version = ''
  return {
    name: 'ko build',
    ready: async turn => {
      version = `1.${turn}.0`
      await project.release(turn)
    },
    run: async () => {
      for (const { distro, reference } of bases) {
        await runProcess({
          command: ko, folder: project.folder, signal,
          args: ['build', '--bare', '--sbom=none', `--platform=${imagePlatforms.join(',')}`, `--tags=${version}-${distro}`, '.'],
          environment: {
            ...environment, KO_DOCKER_REPO: `${host}/ko/gateway`, KO_DEFAULTBASEIMAGE: reference, KOCACHE: join(own, 'cache'), GOCACHE: join(own, 'go-cache'),
          },
        })
      }
    },
  }
}
