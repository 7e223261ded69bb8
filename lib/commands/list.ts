import { ownCommands } from './own-commands.ts'
import type { Setting } from './setting.ts'
import { linesOf, refuseNames, standInGoals } from './stand-in.ts'

/** Prints the goals of a build.ts, each with its line, and Slipway's own commands. */
export async function list({ definition, options, folder }: Setting): Promise<number> {
  const { discover } = await import('../project.ts')
  const composed = standInGoals(definition, await discover(folder).catch(() => undefined))
  refuseNames(composed)
  const goals = linesOf(composed)
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ goals, commands: ownCommands }, null, 2)}\n`)
    return 0
  }
  const width = Math.max(...[...Object.keys(goals), ...Object.keys(ownCommands)].map(name => name.length))
  const lines = (entries: Readonly<Record<string, string>>): string =>
    Object.entries(entries).map(([name, line]) => `  ${name.padEnd(width)}  ${line}\n`).join('')
  process.stdout.write(`Goals of this build.ts\n${lines(goals)}\nCommands\n${lines(ownCommands)}\nOptions: --help\n`)
  return 0
}
