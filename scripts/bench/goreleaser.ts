import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateProject } from '../../test/support/sample-project.ts'
import type { Arena, Contestant } from './contestant.ts'
import { goProgram } from './go-program.ts'
import { runProcess } from './process.ts'

const release = 'v2.16.0'

/** goreleaser with archives and checksums, at its default parallelism; installed once, beside the user's other caches. */
export async function goreleaser({ folder, targets, environment, signal }: Arena): Promise<Contestant> {
  const program = await goProgram({ package: 'github.com/goreleaser/goreleaser/v2', version: release, environment, signal })
  const project = await generateProject(join(folder, 'project'))
  const [cache, output] = [join(folder, 'go-cache'), join(project.folder, 'dist')]
  // Kept out of git's sight, as a project would: an untracked file makes the tree dirty.
  await writeFile(join(project.folder, '.git/info/exclude'), '/.goreleaser.yaml\n/dist/\n')
  await writeFile(join(project.folder, '.goreleaser.yaml'), configuration(project.name, project.main, targets))
  return {
    name: 'goreleaser', project,
    release: () => runProcess({
      command: program, args: ['release', '--snapshot', '--clean', '--skip=publish,announce,validate,before'],
      folder: project.folder, environment: { ...environment, GOCACHE: cache }, signal,
    }),
    forget: async () => {
      for (const each of [cache, output]) await rm(each, { recursive: true, force: true })
    },
  }
}

function configuration(name: string, main: string, targets: readonly string[]): string {
  return `version: 2
project_name: ${name}
builds:
  - id: ${name}
    main: ${main}
    binary: ${name}
    env: [CGO_ENABLED=0]
    flags: [-trimpath]
    ldflags: ['-s -w -X main.version={{ .Version }}']
    targets: [${targets.map(target => target.replace('/', '_')).join(', ')}]
archives:
  - formats: [tar.gz]
    format_overrides:
      - goos: windows
        formats: [zip]
    files: [LICENSE, README.md]
checksum:
  name_template: checksums.txt
  algorithm: sha256
`
}
