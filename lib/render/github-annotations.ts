import { ReleaseError } from '../values/errors.ts'
import { githubCommand } from './github-command.ts'

export interface Annotated {
  readonly errors: readonly unknown[]
  readonly notices: readonly string[]
  /** What a path that a message names is called from the repository's root; undefined for what is no file there. */
  readonly locate: (path: string) => string | undefined
  /** Takes out what nobody should see. */
  readonly hide: (text: string) => string
}

/** As many of one kind as GitHub shows of a step; characters of each. */
const [most, longest] = [10, 4000]

/** Commands that put a run's failures and notices beside the run, and beside the lines that they are about. */
export function githubAnnotations({ errors, notices, locate, hide }: Annotated): readonly string[] {
  const failures = errors.map(error => {
    const { title, text } = described(error)
    return annotation('error', hide(title), hide(text), placeIn(text, locate))
  })
  const warnings = notices.map(line => annotation('warning', 'Notice', hide(line)))
  return [...fewest(failures, 'error'), ...fewest(warnings, 'warning')]
}

function fewest(lines: readonly string[], level: Level): readonly string[] {
  if (lines.length <= most) return lines
  return [...lines.slice(0, most - 1), annotation(level, 'More', `and ${lines.length - most + 1} more, which the log has`)]
}

type Level = 'error' | 'warning'

function annotation(level: Level, title: string, text: string, place: FilePlace = {}): string {
  return githubCommand(level, { ...place, title: title.slice(0, 200) }, text.length > longest ? `${text.slice(0, longest)}…` : text)
}

function described(error: unknown): { readonly title: string, readonly text: string } {
  if (!(error instanceof ReleaseError)) return { title: 'Release failed', text: error instanceof Error ? error.message : String(error) }
  const { code, message, hint, output } = error
  return { title: `Release failed: ${code}`, text: [message, hint, output].filter(part => part !== undefined && part !== '').join('\n') }
}

interface FilePlace {
  readonly file?: string
  readonly line?: number
  readonly col?: number
}

/** The first file with a line that a text names, as compilers write them: `cmd/main.go:12:3`. */
function placeIn(text: string, locate: Annotated['locate']): FilePlace {
  for (const [, path = '', line, column] of text.matchAll(/(?<![\w./:-])((?:\/|\.{1,2}\/)?(?:[\w@+.-]+\/)*[\w@+-][\w@+.-]*\.[A-Za-z]\w*):(\d+)(?::(\d+))?/g)) {
    const file = locate(path)
    if (file !== undefined) return { file, line: Number(line), ...column !== undefined && { col: Number(column) } }
  }
  return {}
}
