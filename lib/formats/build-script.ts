import type { MainPackage, Project } from '../values/project.ts'

export interface BuildScriptOptions {
  /** Its own file name, as a user types it. */
  readonly file: string
  /** Files that archives carry beside the programs: `LICENSE`, `README.md`. */
  readonly files: readonly string[]
  /** What stands before the version in the tags of this module: `api/v`. */
  readonly prefix?: string
}

/** The build.ts of a project: its programs for the usual platforms, archives, checksums, all in dist/. */
export function buildScript(project: Project, options: BuildScriptOptions): string {
  const lines = project.mains.length === 1 ? oneProgram(project, options) : severalPrograms(project, options)
  return `${[...head(project, options), ...lines, ...tail()].join('\n')}\n`
}

function head({ name, module }: Project, { file, prefix }: BuildScriptOptions): readonly string[] {
  const names = ['archive', 'checksums', 'crossCompile', 'directory', 'main', 'matrix', 'publish', 'resolveVersion', 'send']
  return [
    `// How ${name} (${module}) is released. \`npx tsx ${file}\` lists what can be asked for.`,
    `import { ${names.join(', ')} } from 'slipway'`,
    '',
    'const dist = directory(\'dist\')',
    '',
    '// Does something only when this file is what was started; importing it runs nothing.',
    'await main(import.meta, {',
    `  // From the git tag on the commit, ${prefix ?? ''}v1.2.3 for instance. A commit without one makes a snapshot.`,
    `  version: resolveVersion(${prefix === undefined ? '' : `{ prefix: ${quoted(prefix)} }`}),`,
    '',
    '  // Operating systems and their architectures, as `go tool dist list` names them.',
    '  targets: matrix({',
    '    darwin: [\'amd64\', \'arm64\'],',
    '    linux: [\'amd64\', \'arm64\', \'arm/v7\'],',
    '    windows: [\'amd64\', \'arm64\'],',
    '  }),',
    '',
    '  goals: ({ project, version, toolchain, targets, source }) => {',
    '    const go = { project, version, toolchain, source: source(\'go\') }',
  ]
}

function oneProgram({ mains }: Project, { files }: BuildScriptOptions): readonly string[] {
  const [main] = mains
  return [
    '    const binaries = targets.map(target => crossCompile({',
    '      ...go,',
    '      target,',
    ...main ? compileOptions(main).map(line => `      ${line}`) : [],
    '    }))',
    `    const archives = binaries.map(binary => archive({ binary${carried(files)} }))`,
  ]
}

function severalPrograms({ mains }: Project, { files }: BuildScriptOptions): readonly string[] {
  return [
    '    const programs = [',
    ...mains.flatMap(main => ['      {', ...compileOptions(main).map(line => `        ${line}`), '      },']),
    '    ]',
    '    const perTarget = targets.map(target => programs.map(program => crossCompile({ ...go, ...program, target })))',
    '    const binaries = perTarget.flat()',
    '    // All programs of a platform in one archive.',
    `    const archives = perTarget.map(programsOfOne => archive({ binaries: programsOfOne${carried(files)} }))`,
  ]
}

function compileOptions(main: MainPackage): readonly string[] {
  return [`main: ${quoted(main.package)},`, ...stamp(main)]
}

/** What the stamped variables hold, by what they are there for. */
const values = { version: 'version.semver', commit: 'version.commit', date: 'version.date' } as const

function stamp({ variables }: MainPackage): readonly string[] {
  const entries = (['version', 'commit', 'date'] as const).flatMap(kind => {
    const variable = variables[kind]
    return variable === undefined ? [] : [`${quoted(variable)}: ${values[kind]}`]
  })
  if (entries.length > 0) return ['// Go variables that are set in the program.', `stamp: { ${entries.join(', ')} },`]
  return ['// With `var version string` in the program: stamp: { \'main.version\': version.semver },']
}

function carried(files: readonly string[]): string {
  return files.length === 0 ? '' : `, files: [${files.map(quoted).join(', ')}]`
}

function tail(): readonly string[] {
  return [
    '    const sums = checksums({ artifacts: archives })',
    '',
    '    return {',
    '      build: [\'the programs for every platform\', binaries],',
    '      release: [\'archives and checksums, in dist/\', publish(send(dist, archives, sums))],',
    '    }',
    '  },',
    '})',
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
