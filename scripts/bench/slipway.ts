import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateProject } from '../../test/support/sample-project.ts'
import type { Arena, Contestant } from './contestant.ts'
import { installedPackage } from './installed-package.ts'
import { runProcess } from './process.ts'

export interface Slipway extends Contestant {
  /** Runs it again with something more in its environment. */
  releaseWith(environment: NodeJS.ProcessEnv): Promise<void>
  /** What `npx tsx` itself takes: the same start with a script that has nothing in it. */
  startNothing(): Promise<void>
}

/** `npx tsx build.ts release` in a folder with a build.ts, beside the project: archives, checksums and release.json. */
export async function slipway({ folder, targets, environment, signal }: Arena): Promise<Slipway> {
  const project = await generateProject(join(folder, 'project'))
  const [cache, goCache] = [join(folder, 'cache'), join(folder, 'go-cache')]
  await installedPackage(folder, { environment, signal })
  await writeFile(join(folder, 'build.ts'), buildScript(targets))
  await writeFile(join(folder, 'empty.ts'), '')

  const tsx = (args: readonly string[], more: NodeJS.ProcessEnv): Promise<void> => runProcess({
    command: 'npx', args: ['tsx', ...args], folder, signal,
    environment: { ...environment, ...more, GOCACHE: goCache, SLIPWAY_CACHE: cache },
  })
  return {
    name: 'slipway', project,
    release: () => tsx(['build.ts', 'release'], {}),
    releaseWith: more => tsx(['build.ts', 'release'], more),
    startNothing: () => tsx(['empty.ts'], {}),
    forget: async () => {
      for (const each of [cache, goCache, join(folder, 'dist'), join(folder, 'dist.run.json')]) {
        await rm(each, { recursive: true, force: true })
      }
    },
  }
}

function buildScript(targets: readonly string[]): string {
  return `import { archive, checksums, crossCompile, directory, main, publish, registry, resolveVersion, send } from 'slipway'

const dist = directory('dist')
const { BENCH_CACHE } = process.env

await main(import.meta, {
  project: 'project',
  version: resolveVersion(),
  targets: ${JSON.stringify(targets)},
  ...BENCH_CACHE ? { cache: registry(BENCH_CACHE, { write: true }) } : {},

  goals: ({ project, version, source, toolchain, targets }) => {
    const go = { project, version, toolchain, source: source('go'), stamp: { 'main.version': version.semver } }
    const archives = targets.map(target =>
      archive({ binary: crossCompile({ ...go, target }), files: ['LICENSE', 'README.md'] }))
    return { release: ['archives and checksums', publish(send(dist, archives, checksums({ artifacts: archives })))] }
  },
})
`
}
