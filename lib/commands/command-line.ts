import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ReleaseError } from '../values/errors.ts'
import { nearest } from '../values/nearest.ts'
import { parseBytes } from '../values/parse-bytes.ts'
import type { ChangelogFlags } from './changelog.ts'
import type { Options } from './options.ts'
import { ownCommands, type CommandName } from './own-commands.ts'
import { parseShard, type Shard } from './shard/parse.ts'

/** What was asked for. */
export interface Request {
  /** A command of Slipway's own, or `goals`. */
  readonly command: CommandName
  /** The goals that were named. */
  readonly goals: readonly string[]
  readonly options: Options
  /** `check --reproducible` */
  readonly reproducible: boolean
  /** `clean --cache` */
  readonly clearCache: boolean
  /** `lock --update` */
  readonly update: boolean
  /** `promote 1.2.3-rc.1 --to 1.2.3` */
  readonly promotion?: Promotion
  readonly cut?: CutFlags
  readonly changelog?: ChangelogFlags
}

/** `cut 1.2.3`, `cut --next rc --push` */
export interface CutFlags {
  readonly version?: string
  readonly next?: string
  readonly push?: boolean
  readonly branch?: string
  readonly develop?: string | false
  readonly remote?: string | false
}

export interface Promotion {
  readonly candidate: string
  readonly to: string
}

/**
 * Reads a command line.
 * @param known the goals that there are, each with its line, asked for where they matter; where they are not known, any word is taken for a goal
 * @returns the request, or the text that answers --help
 * @throws ReleaseError (USAGE) with a suggestion for what was mistyped
 */
export function readCommandLine(args: readonly string[], known: () => Lines | undefined): Request | string {
  return ownRequest(args) ?? readWith(args, known())
}

type Lines = Readonly<Record<string, string>>

/** What says nothing of goals, or of those only that it takes and that are looked up later, is read without composing them. */
function ownRequest(args: readonly string[]): Request | undefined {
  const [first] = args
  if (first !== undefined && !Object.hasOwn(ownCommands, first)) return undefined
  try {
    const read = readWith(args, {})
    return typeof read === 'string' ? undefined : read
  } catch {
    return undefined
  }
}

function readWith(args: readonly string[], lines: Lines | undefined): Request | string {
  const answer: { request?: Request; help: string } = { help: '' }
  const program = describe(lines, request => { answer.request = request })
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: text => { answer.help += text } })
  }
  try {
    program.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.help' || error.code === 'commander.helpDisplayed') return answer.help
    throw usage(error, program)
  }
  return answer.request ?? program.helpInformation()
}

function describe(lines: Lines | undefined, answer: (request: Request) => void): Command {
  const program = options(new Command('build.ts'))
  const choose = (command: CommandName, goals: readonly string[], own: { reproducible?: boolean; cache?: boolean; update?: boolean; version?: string | undefined; promotion?: Promotion; cut?: CutFlags; changelog?: ChangelogFlags } = {}): void =>
    answer({ command, goals, options: { ...program.opts<Options>(), ...own.version === undefined ? {} : { version: own.version } }, reproducible: own.reproducible ?? false, clearCache: own.cache ?? false, update: own.update ?? false, ...own.promotion === undefined ? {} : { promotion: own.promotion }, ...own.cut === undefined ? {} : { cut: own.cut }, ...own.changelog === undefined ? {} : { changelog: own.changelog } })
  for (const [name, line] of Object.entries(lines ?? {})) {
    program.command(name).description(line).argument('[goals...]', 'more goals, one after the other')
      .action((more: string[]) => choose('goals', [name, ...more]))
  }
  program.command('plan').description(ownCommands.plan).argument('[goals...]').action((goals: string[]) => choose('plan', goals))
  program.command('check').description(ownCommands.check).argument('[goals...]')
    .option('--reproducible', 'build twice, apart, and compare every byte')
    .action((goals: string[], own: { reproducible?: boolean }) => choose('check', goals, own))
  program.command('changelog').description(ownCommands.changelog).argument('[version]', 'a version, tagged or not yet (default: that of the commit)')
    .option('--next <kind>', 'the next rc, patch, minor or major version, by the tags and commits')
    .option('--write', 'put it into CHANGELOG.md, in the place of the section that the version has')
    .option('--file <path>', 'another file than CHANGELOG.md of the project')
    .action((version: string | undefined, own: ChangelogFlags) => choose('changelog', [], { changelog: { ...own, ...version === undefined ? {} : { version } } }))
  program.command('cut').description(ownCommands.cut).argument('[version]', 'the version, or --next')
    .option('--next <kind>', 'the next rc, patch, minor or major version, by the tags and commits')
    .option('--push', 'send the tag to the remote')
    .option('--branch <name>', 'the branch that releases are made from (default: main)')
    .option('--develop <name>', 'where work goes before it is merged (default: develop, where there is one)').option('--no-develop', 'there is no such branch')
    .option('--remote <name>', 'where the branch is shared (default: what it comes from)').option('--no-remote', 'it is shared nowhere')
    .action((version: string | undefined, own: CutFlags) => choose('cut', [], { cut: { ...own, ...version === undefined ? {} : { version } } }))
  program.command('publish').description(ownCommands.publish).argument('[goals...]').action((goals: string[]) => choose('publish', goals))
  program.command('promote').description(ownCommands.promote).argument('<candidate>', '1.2.3-rc.1').requiredOption('--to <version>', 'the stable version, whose tag is on the same commit')
    .action((candidate: string, own: { to: string }) => choose('promote', [], { promotion: { candidate, to: own.to } }))
  for (const name of ['status', 'retract'] as const) {
    program.command(name).description(ownCommands[name]).argument('[version]', 'a version or its tag (default: that of the commit)')
      .action((version: string | undefined) => choose(name, [], { version }))
  }
  program.command('lock').description(ownCommands.lock).option('--update', 'pin what the tags mean now, and show what changes')
    .action((own: { update?: boolean }) => choose('lock', [], own))
  program.command('clean').description(ownCommands.clean).option('--cache', 'empty the cache too')
    .action((own: { cache?: boolean }) => choose('clean', [], own))
  program.command('doctor').description(ownCommands.doctor).action(() => choose('doctor', []))
  if (!lines) program.argument('[goals...]')
  return program.action((goals: unknown) => Array.isArray(goals) && goals.length > 0 ? choose('goals', goals as string[]) : choose('list', []))
}

function options(program: Command): Command {
  return program
    .usage('[options] [goal]')
    .helpCommand(false)
    .option('--project <dir>', 'the project to release')
    .option('--version <version>', 'the version or tag to release, where the commit has several')
    .option('--snapshot', 'make a snapshot, even of a tagged commit')
    .option('--only <targets>', 'only these targets: linux/amd64, windows, linux/arm; separated by commas', collect)
    .option('--jobs <n>', 'steps that compute at once (default: one more than the cores)', wholeNumber)
    .option('--memory <size>', 'memory that compilers may use together, as in 3GiB (default: what there is)', bytes)
    .option('--out <dir>', 'the folder that takes the place of dist')
    .option('--no-cache', 'look nothing up in the cache')
    .option('--fail-fast', 'stop everything at the first failure')
    .option('--strict', 'a skipped step is a failure')
    .option('--publish', 'send it where build.ts says, not only to this machine')
    .option('--dry-run', 'make and check everything, send nothing, and show what would change where')
    .option('--shard <k/n>', 'make the k-th of n parts of it, for another machine to take', shard)
    .option('--parts <dir>', 'take the parts that other machines made from here, and make only what joins them')
    .option('--load', 'load the images for this machine into its Docker Engine')
    .option('--yes', 'agree to what would be asked')
    .option('--json', 'print data instead of text')
    .option('--quiet', 'print failures only')
    .option('--verbose', 'print what every tool prints')
    .addOption(new Option('--no-publish', 'make everything and publish nothing').hideHelp())
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

function wholeNumber(value: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It is a whole number, 1 or more.')
  return number
}

function shard(value: string): Shard {
  const found = parseShard(value)
  if (found === undefined) throw new InvalidArgumentError('Write one such as 2/4, the second of four.')
  return found
}

function bytes(value: string): number {
  const found = parseBytes(value)
  if (found === undefined) throw new InvalidArgumentError('Write a size such as 800MiB or 3GiB.')
  return found
}

function usage(error: CommanderError, program: Command): ReleaseError {
  const names = program.commands.map(command => command.name())
  const unknown = error.code === 'commander.excessArguments' ? program.args.find(word => !names.includes(word)) : undefined
  if (unknown !== undefined) {
    const suggestion = nearest(unknown, names)
    return new ReleaseError(`Cannot run ${unknown}: there is no such goal`, {
      code: 'USAGE', hint: `${suggestion ? `Did you mean ${suggestion}? ` : ''}The goals: ${names.join(' ')}.`,
    })
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  return new ReleaseError(`Cannot read the command line: ${first}`, {
    code: 'USAGE', hint: rest.join(' ').replace(/^\((.*)\)$/, '$1') || 'See --help.', 
  })
}
