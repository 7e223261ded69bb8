import { ReleaseError } from '../../values/errors.ts'

export interface GitCall {
  readonly folder: string
  readonly subcommand: string
}

interface Explanation {
  readonly pattern: RegExp
  explain(folder: string, found: RegExpExecArray): Readonly<Record<'what' | 'why' | 'hint', string>>
}

/** What git says in English (LC_ALL=C) when a release cannot start, from 2.30 on. */
const explanations: readonly Explanation[] = [
  {
    // 2.35.2 names the folder in parentheses.
    pattern: /dubious ownership in repository at '(.*)'|unsafe repository \('(.*)' is owned by someone else\)/,
    explain: (folder, [, dubious, unsafe]) => ({
      what: `read ${folder} with git`, why: 'the repository belongs to another user',
      hint: `If you trust it, run: git config --global --add safe.directory ${quoted(dubious ?? unsafe ?? folder)}`,
    }),
  },
  {
    pattern: /not a git repository/,
    explain: folder => ({
      what: `read ${folder} with git`, why: 'it is in no git repository',
      hint: 'A version comes from git only: release from a clone of the project.',
    }),
  },
  {
    pattern: /does not have any commits yet|bad default revision 'HEAD'|malformed object name '?HEAD/,
    explain: folder => ({
      what: `tell the version of ${folder}`, why: 'its repository has no commit yet',
      hint: 'Commit the project first.',
    }),
  },
  {
    pattern: /must be run in a work tree/,
    explain: folder => ({
      what: `release from ${folder}`, why: 'it is a bare repository, which has no files',
      hint: 'Clone it, and release from the clone.',
    }),
  },
]

/** What git says, as an error that tells what to do. */
export function gitError(error: unknown, { folder, subcommand }: GitCall): unknown {
  if (!(error instanceof ReleaseError) || error.code !== 'COMMAND') return error
  if (error.message.endsWith('it is not on the PATH')) {
    return new ReleaseError(`Cannot read ${folder} with git: there is no git on the PATH`, {
      code: 'GIT', hint: 'Install git, or add its folder to PATH.', cause: error,
    })
  }
  const { output = '' } = error
  for (const { pattern, explain } of explanations) {
    const found = pattern.exec(output)
    if (!found) continue
    const { what, why, hint } = explain(folder, found)
    return new ReleaseError(`Cannot ${what}: ${why}`, { code: 'GIT', hint, output, cause: error })
  }
  return new ReleaseError(`Cannot read ${folder} with git ${subcommand}: ${reason(error)}`, {
    code: 'GIT', output, cause: error,
  })
}

function reason({ message, output }: ReleaseError): string {
  return /^(?:fatal|error): (.*)$/m.exec(output ?? '')?.[1] ?? message.slice(message.indexOf(': ') + 2)
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll(`'`, `'\\''`)}'`
}
