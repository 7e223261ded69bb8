#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import type { InitialisedChart } from './commands/init/chart.ts'
import type { InitialisedGithub } from './commands/init/github.ts'
import type { Initialised } from './commands/init.ts'
import { exitCodeFor, printErrors } from './commands/run/print-errors.ts'
import { signalExitCode } from './commands/run/signal-exit-code.ts'
import { ReleaseError } from './values/errors.ts'
import { nearest } from './values/nearest.ts'

const help = `Usage: slipway init [folder] [--force]
       slipway init --chart [folder] [--name NAME] [--port 8080]
       slipway init --github [folder] [--shards 4]
       slipway copy FROM TO [--referrers] [--platform linux/arm64] [--deep]
       slipway inspect IMAGE [--json]

init writes a build.ts for the Go project in a folder, the current one where none is named.
A release is made by that file: npx tsx build.ts --help
With --chart it writes a Helm chart into the project's folder chart/ instead, and with --github
a workflow of GitHub Actions that releases what is tagged.

copy and inspect take images from anywhere: registry/repository:tag, oci:FOLDER:TAG,
docker-archive:FILE, docker-daemon:NAME.

  --force      init: replace a build.ts that is there
  --chart      init: write a Helm chart
  --name       init --chart: the chart's name, instead of the project's
  --port       init --chart: the port that the program listens on
  --github     init: write .github/workflows/release.yml
  --shards     init --github: how many machines build at once
  --referrers  copy: take along signatures, SBOMs and attestations
  --platform   copy: only this platform; may be said several times
  --deep       copy: look into what is there already
  --json       print data instead of text
  --quiet      print failures only
  --version    print the version of Slipway
  --help       print this
`

const options = {
  force: { type: 'boolean', default: false }, chart: { type: 'boolean', default: false }, name: { type: 'string' }, port: { type: 'string' },
  github: { type: 'boolean', default: false }, shards: { type: 'string' }, referrers: { type: 'boolean', default: false }, deep: { type: 'boolean', default: false },
  platform: { type: 'string', multiple: true }, json: { type: 'boolean', default: false }, quiet: { type: 'boolean', default: false }, version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** What the program can do, by name. */
const commands = ['init', 'copy', 'inspect']

try {
  await run(process.argv.slice(2))
} catch (error) {
  const stopped = error instanceof ReleaseError && error.code === 'CANCELLED'
  if (!stopped) printErrors([error], process.argv.includes('--json'))
  process.exitCode = stopped ? signalExitCode(error.cause as NodeJS.Signals) : exitCodeFor([error])
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals: [command, ...operands] } = read(args)
  const { version, packages } = await ownPackage()
  if (values.version) process.stdout.write(`${version}\n`)
  else if (values.help || command === undefined) process.stdout.write(help)
  else if (!commands.includes(command)) throw unknown(command)
  else if (command === 'copy') await (await import('./commands/images/copy.ts')).copyImage(exactly(command, operands, 'FROM', 'TO'), { ...values, platforms: values.platform })
  else if (command === 'inspect') await (await import('./commands/images/inspect.ts')).inspectImage(exactly(command, operands, 'IMAGE'), values.json)
  else if (operands.length > 1) throw usage(`init takes one folder, not ${operands.length}`)
  else if (values.chart && values.github) throw usage('--chart and --github are two things: ask for one after the other')
  else if (values.shards !== undefined && !values.github) throw usage('--shards belongs to --github')
  else if (values.chart) await writeChart(operands[0] ?? '.', values)
  else if (values.name !== undefined || values.port !== undefined) throw usage('--name and --port belong to --chart')
  else if (values.github) await writeWorkflow(operands[0] ?? '.', values)
  else {
    const { init } = await import('./commands/init.ts')
    process.stdout.write(summary(await init({ folder: operands[0] ?? '.', force: values.force, packages })))
  }
}

interface ChartValues {
  readonly force: boolean
  readonly name?: string | undefined
  readonly port?: string | undefined
}

async function writeChart(folder: string, { force, name, port }: ChartValues): Promise<void> {
  if (force) throw usage('--chart replaces nothing, so there is no --force for it')
  if (port !== undefined && !(/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535)) throw usage(`--port takes a number from 1 to 65535, not ${port}`)
  const { initChart } = await import('./commands/init/chart.ts')
  const written = await initChart({ folder, ...name !== undefined && { name }, ...port !== undefined && { port: Number(port) } })
  process.stdout.write(chartSummary(written))
}

function chartSummary({ project, name, port, paths, written, notices, lines }: InitialisedChart): string {
  const probes = paths.length === 0 ? '' : `, with probes on ${list(paths)}`
  return [
    `Wrote the Helm chart ${name} for ${project.module}, port ${port}${probes}:`, ...written.map(file => `  ${file}`), ...notices,
    '', 'Add to build.ts:', ...lines.map(line => line === '' ? '' : `  ${line}`), '',
    'chart/ is yours from here on: read its values.yaml, and change what is not as you want it.', '',
  ].join('\n')
}

interface WorkflowValues {
  readonly force: boolean
  readonly shards?: string | undefined
}

async function writeWorkflow(folder: string, { force, shards }: WorkflowValues): Promise<void> {
  if (force) throw usage('--github replaces nothing, so there is no --force for it')
  const { initGithub, mostShards } = await import('./commands/init/github.ts')
  if (shards !== undefined && !(/^[1-9]\d{0,2}$/.test(shards) && Number(shards) <= mostShards)) throw usage(`--shards takes a number from 1 to ${mostShards}, not ${shards}`)
  process.stdout.write(workflowSummary(await initGithub({ folder, ...shards !== undefined && { shards: Number(shards) } })))
}

function workflowSummary({ project, shards, written, secrets, notices }: InitialisedGithub): string {
  return [
    `Wrote ${written} for ${project.module}: a version tag is built on ${shards === 1 ? 'one machine' : `${shards} machines`}, and published once.`, ...notices,
    ...secrets.length === 0 ? [] : [`The repository needs ${secrets.length === 1 ? 'a secret' : 'secrets'}: ${list(secrets)}.`],
    '', 'It is yours from here on: read it, and commit it.', '',
  ].join('\n')
}

function exactly<const N extends readonly string[]>(command: string, operands: readonly string[], ...names: N): { readonly [I in keyof N]: string } {
  if (operands.length !== names.length) throw usage(`${command} takes ${names.join(' and ')}`)
  return operands as { readonly [I in keyof N]: string }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    const [, option] = /Unknown option '(-[^']*)'/.exec((error as Error).message) ?? []
    if (option === undefined) throw usage((error as Error).message)
    const meant = nearest(option, Object.keys(options).map(name => `--${name}`))
    throw usage(`there is no option ${option}`, meant === undefined ? 'See --help.' : `Did you mean ${meant}? See --help.`)
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
  const meant = nearest(command, commands)
  const hint = meant === undefined ? 'See --help.' : `Did you mean ${meant}? See --help.`
  return new ReleaseError(message, { code: 'USAGE', hint })
}

function usage(why: string, hint = 'See --help.'): ReleaseError {
  return new ReleaseError(`Cannot read the command line: ${why}`, { code: 'USAGE', hint })
}
