import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BaseMirror } from '../../test/release/support/base-mirror.ts'
import { libraryFolder, start } from '../../test/release/support/start.ts'
import { callersEnvironment } from '../../test/release/support/workplace.ts'
import { gitRepository, type GitRepository } from '../../test/support/git-repository.ts'
import type { Library } from './library.ts'
import { releaseScript } from './release-script.ts'

/** examples/gateway in a repository of its own, with a version that is out and the one that is to be released. */
export interface Project {
  readonly repository: GitRepository
  /** Commits by tag. */
  readonly tags: Readonly<Record<string, string>>
  /** What a run needs to reach the registry of base images, which no run with a warm cache does. */
  readonly environment: Readonly<Record<string, string>>
}

export const [earlier, released] = ['v1.2.2', 'v1.2.3'] as const

/** What a project's build.ts is called once it is compiled: tsx would take half of a run's time. */
export const script = 'build.js'

/** What is released. */
export interface Matrix {
  readonly targets: readonly string[]
  readonly distros: readonly string[]
}

/** @param mirror has the base images; without one, each distro is a copy of the one that Slipway puts together */
export async function chaosProject({ targets, distros }: Matrix, library: Library, mirror: BaseMirror | undefined): Promise<Project> {
  const repository = await gitRepository()
  await cp(join(libraryFolder, 'examples/gateway'), repository.folder, { recursive: true, filter: path => !/[/\\]dist(\.run\.json)?$/.test(path) })
  await repository.write({
    'package.json': '{ "type": "module" }\n', '.gitignore': '/dist\n/dist.run.json\n', [script]: releaseScript({ targets, distros, library: library.address, locked: mirror !== undefined }),
  })
  const environment = mirror?.environment ?? {}
  const cache = repository.beside('lock')
  await mkdir(cache)
  if (mirror) {
    const { code, stderr } = await start(process.execPath, [script, 'lock'], { cwd: repository.folder, env: { ...callersEnvironment(), ...environment, SLIPWAY_CACHE: cache } }).ended
    if (code !== 0) throw new Error(`the base images cannot be locked: ${stderr}`)
  }
  const tags: Record<string, string> = {}
  for (const [tag, files] of [[earlier, {}], [released, { 'CHANGELOG.md': '# Changes\n\n## 1.2.3\n\n- More of it.\n' }]] as const) {
    tags[tag] = await repository.commit(files)
    await repository.tag(tag)
  }
  return { repository, tags, environment }
}
