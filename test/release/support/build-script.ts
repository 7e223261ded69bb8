import { arch, platform } from 'node:os'
import { libraryUrl } from './workplace.ts'

export interface BuildScript {
  /** Code for the value of `targets`. */
  readonly targets?: string
  /** More fields for crossCompile, code. */
  readonly compile?: string
  /** More fields for archive, code. */
  readonly pack?: string
  /** More goals, code. */
  readonly goals?: string
  /** Code before everything else. */
  readonly head?: string
  /** More fields of the definition, code. */
  readonly definition?: string
}

/** This machine, as Go names it. */
export const hostTarget = `${platform()}/${{ x64: 'amd64', ia32: '386' }[arch() as 'x64'] ?? arch()}`

/** This machine's platform, and one that is as different as can be. */
export const twoTargets: readonly string[] = [hostTarget, 'windows/386']

/** A build.ts that is whole, with code in the places that a test is about. */
export function buildScript(parts: BuildScript = {}): string {
  const { targets = JSON.stringify(twoTargets), compile = '', pack = 'files: project.documents' } = parts
  const { goals = '', head = '', definition = '' } = parts
  return `import {
  archive, checksums, command, crossCompile, directory, main, matrix, publish, send,
} from '${libraryUrl}'
${head}
const dist = directory('dist')

await main(import.meta, {
  targets: ${targets},
  ${definition}
  goals: ({ project, version, source, toolchain, targets }) => {
    const go = { project, version, toolchain, source: source('go') }
    const binaries = project.mains.flatMap(({ package: main }) =>
      targets.map(target => crossCompile({ ...go, main, target, ${compile} })))
    const archives = binaries.map(binary => archive({ binary, ${pack} }))
    const sums = checksums({ artifacts: archives })
    return {
      build: ['binaries', binaries],
      release: ['archives and checksums', publish(send(dist, archives, sums))],
      ${goals}
    }
  },
})
`
}

/** The fields of a command() that runs a line of sh, without its outputs: code for a goal of `buildScript`. */
export function commandFields(name: string, line: string): string {
  const run = JSON.stringify(['sh', '-c', line])
  return `name: '${name}', version, source: source('files'), run: ${run}, inputs: ['README.md']`
}
