import { githubCommand, inert } from './github-command.ts'
import type { Progress } from './progress.ts'
import { hasEnded } from './row.ts'

/** A log of a run whose lines unfold kind by kind. */
export interface GithubLog {
  /** @param group the kind that the line is about: without one it is told at once, whatever is open */
  print(line: string, group?: string): void
  /** Tells what is held back, and closes what is open. */
  finish(): void
}

/**
 * A run as GitHub shows it: one group for each kind of step. Groups cannot stand in each other, and steps of many kinds go on at
 * once: so lines of one kind come as they are told, and those of others wait until all of that kind have ended.
 */
export function githubLog(progress: Progress, write: (line: string) => void): GithubLog {
  const held = new Map<string, string[]>()
  let open: string | undefined
  let folded = false

  const isOver = (group: string): boolean => progress.group(group).rows.every(({ phase }) => hasEnded(phase))
  const close = (): void => {
    if (folded) write(githubCommand('endgroup', {}))
    open = undefined
    folded = false
  }
  const begin = (group: string): void => {
    const { rows } = progress.group(group)
    const lines = held.get(group) ?? []
    held.delete(group)
    open = group
    // One line unfolds to nothing.
    folded = rows.length > 1 && (lines.length > 1 || !isOver(group))
    if (folded) write(githubCommand('group', {}, `${group} (${rows.length})`))
    for (const line of lines) write(inert(line))
  }
  const hold = (group: string, line: string): void => { held.set(group, [...held.get(group) ?? [], line]) }

  /** Kinds that are over are told whole; the first one that is not is told as it goes. */
  const advance = (): void => {
    for (const group of held.keys()) {
      begin(group)
      if (!isOver(group)) return
      close()
    }
  }

  return {
    print: (line, group) => {
      if (group === undefined || group === open) {
        write(inert(line))
        return
      }
      hold(group, line)
      if (open !== undefined && !isOver(open)) return
      close()
      advance()
    },
    finish: () => {
      close()
      for (const group of held.keys()) {
        begin(group)
        close()
      }
    },
  }
}
