import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { generateProject } from '../../test/support/sample-project.ts'
import type { Arena, Contestant } from './contestant.ts'
import { lanes } from './lanes.ts'
import { runProcess } from './process.ts'

/** `go build` of each target with default settings, as many at a time as there are cores; no archives, no checksums. */
export async function bareGoBuild({ folder, targets, environment, signal }: Arena): Promise<Contestant> {
  const project = await generateProject(join(folder, 'project'))
  const [cache, output] = [join(folder, 'go-cache'), join(folder, 'output')]

  const build = (target: string): Promise<void> => {
    const [system, architecture] = target.split('/')
    const file = join(output, target.replace('/', '-'), project.name)
    return runProcess({
      command: 'go',
      args: ['build', '-trimpath', '-ldflags', '-s -w -X main.version=1.2.3', '-o', file, project.main],
      folder: project.folder, signal,
      environment: { ...environment, GOCACHE: cache, GOOS: system, GOARCH: architecture },
    })
  }
  return {
    name: 'bare', project,
    release: () => lanes(targets, build),
    forget: async () => {
      for (const each of [cache, output]) await rm(each, { recursive: true, force: true })
    },
  }
}
