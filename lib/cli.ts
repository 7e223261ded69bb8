#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import type { Initialised } from './commands/init.ts'
import { printErrors } from './commands/print-errors.ts'
import { ReleaseError } from './values/errors.ts'
import { nearest } from './values/nearest.ts'

const help = `Usage: slipway init [folder] [--force]

Writes a build.ts for the Go project in a folder, the current one where none is named.
Everything else is done by that file: npx tsx build.ts --help

  --force    replace a build.ts that is there
  --version  print the version of Slipway
  --help     print this
`

try {
  await run(process.argv.slice(2))
} catch (error) {
  printErrors([error])
  process.exitCode = error instanceof ReleaseError && error.code === 'USAGE' ? 2 : 1
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals: [command, folder = '.', ...more] } = read(args)
  const { version, packages } = await ownPackage()
  if (values.version) process.stdout.write(`${version}\n`)
  else if (values.help || command === undefined) process.stdout.write(help)
  else if (command !== 'init') throw unknown(command)
  else if (more.length > 0) throw usage(`init takes one folder, not ${more.length + 1}`)
  else {
    const { init } = await import('./commands/init.ts')
    process.stdout.write(summary(await init({ folder, force: values.force, packages })))
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args], allowPositionals: true,
      options: {
        force: { type: 'boolean', default: false }, version: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    const [, option] = /Unknown option '(-[^']*)'/.exec((error as Error).message) ?? []
    throw usage(option === undefined ? (error as Error).message : `there is no option ${option}`)
  }
}

interface OwnPackage {
  readonly version: string
  /** What a project that uses Slipway asks for. */
  readonly packages: Readonly<Record<string, string>>
}

interface Manifest {
  readonly version: string
  readonly dependencies: { readonly tsx: string }
}

async function ownPackage(): Promise<OwnPackage> {
  const file = new URL(import.meta.resolve('slipway/package.json'))
  const { version, dependencies } = JSON.parse(await readFile(file, 'utf8')) as Manifest
  return { version, packages: { slipway: `^${version}`, tsx: `^${dependencies.tsx}` } }
}

function summary({ project, script, written, notices, next }: Initialised): string {
  const place = relative('', project.place.folder)
  const programs = project.mains.map(({ program, package: path, variables }) => {
    const stamped = Object.values(variables).join(', ')
    return `  ${program} in ${path}, ${stamped === '' ? 'without a version variable' : `with ${stamped} set`}`
  })
  return [
    `Wrote ${list(written)} for ${project.module}:`, ...programs, ...notices,
    '', 'Next:', ...place === '' ? [] : [`  cd ${place}`], ...next.map(command => `  ${command}`), '',
    `${script} is short: read it, and change what is not as you want it.`, '',
  ].join('\n')
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function unknown(command: string): ReleaseError {
  const message = `Cannot run ${command}: there is no such command`
  if (['build', 'release', 'plan', 'check', 'clean', 'doctor'].includes(command)) {
    return new ReleaseError(message, { code: 'USAGE', hint: `Goals belong to a build.ts: npx tsx build.ts ${command}` })
  }
  const hint = nearest(command, ['init']) === undefined ? 'See --help.' : 'Did you mean init? See --help.'
  return new ReleaseError(message, { code: 'USAGE', hint })
}

function usage(why: string): ReleaseError {
  return new ReleaseError(`Cannot read the command line: ${why}`, { code: 'USAGE', hint: 'See --help.' })
}
