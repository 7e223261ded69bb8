import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exec } from '../../contracts/exec.ts'
import { coAuthorsIn } from '../../formats/commits-message.ts'
import type { LoggedCommit, Person } from '../../formats/commits-types.ts'
import { ReleaseError } from '../../values/errors.ts'
import { repositoryOf } from './repository.ts'
import { runGit } from './run-git.ts'

export interface LogRange {
  /** A tag, or a commit: it and all before it is left out. Absent for all history. */
  readonly since?: string
  /** The last commit, its id. */
  readonly until: string
  /** What commits have to touch, relative to the folder, as git takes it; everything where it is absent. */
  readonly paths?: readonly string[]
}

export interface Log {
  /** Newest first, none before one that it is a parent of. */
  readonly commits: readonly LoggedCommit[]
  /** Ids of those that touch the paths; absent where every one counts. */
  readonly touched?: ReadonlySet<string>
  /** Whether the clone is shallow, and history ends before the range does. */
  readonly cut: boolean
  /** The names that people are given instead of those that they wrote: .mailmap, absolute, where there is one. */
  readonly mailmap?: string
}

/** Names come from the repository's own .mailmap alone, not from one of this machine. */
const ownNames = ['-c', 'mailmap.file=', '-c', 'mailmap.blob=']

/** %x00 between the fields of a commit, and after each commit: https://git-scm.com/docs/git-log, "-z" and "PRETTY FORMATS". */
const fields = ['%H', '%P', '%ct', '%aN', '%aE', '%B']

/** What was committed after one commit and up to another. @throws ReleaseError (GIT) */
export async function logOf(exec: Exec, folder: string, { since, until, paths }: LogRange): Promise<Log> {
  const { root, shallow } = await repositoryOf(exec, folder)
  const from = since === undefined ? [] : [`^${await commitOf(exec, folder, since)}`]
  const [answer, touched, mailmap] = await Promise.all([
    runGit(exec, folder, [...ownNames, 'log', '-z', '--topo-order', '--encoding=UTF-8', `--format=${fields.join('%x00')}`, until, ...from, '--']),
    paths === undefined ? undefined : touching(exec, folder, [until, ...from], paths),
    access(join(root, '.mailmap')).then(() => join(root, '.mailmap'), () => undefined),
  ])
  const commits = commitsIn(answer)
  return {
    commits: await withCoAuthors(exec, folder, commits), cut: shallow && commits.some(({ parents }) => parents.length === 0),
    ...touched && { touched }, ...mailmap !== undefined && { mailmap },
  }
}

/** A tag goes before a branch of the same name. */
async function commitOf(exec: Exec, folder: string, name: string): Promise<string> {
  for (const form of name.startsWith('-') ? [] : [`refs/tags/${name}^{commit}`, `${name}^{commit}`]) {
    const { stdout, exitCode } = await exec('git', ['rev-parse', '--verify', '--quiet', form], { cwd: folder, check: false, env: { LC_ALL: 'C' } })
    if (exitCode === 0) return stdout.trim()
  }
  throw new ReleaseError(`Cannot tell what is new since ${name}: there is no such tag or commit here`, {
    code: 'GIT', hint: 'Fetch it (git fetch --tags --unshallow), or name another.',
  })
}

async function touching(exec: Exec, folder: string, range: readonly string[], paths: readonly string[]): Promise<ReadonlySet<string>> {
  // All of history: simplified, it leaves out branches that another one made undone.
  const answer = await runGit(exec, folder, ['rev-list', '--full-history', '--no-merges', ...range, '--', ...paths])
  return new Set(answer.split('\n').filter(id => id !== ''))
}

function commitsIn(answer: string): readonly LoggedCommit[] {
  const values = answer.split('\0')
  const commits: LoggedCommit[] = []
  for (let at = 0; at + fields.length < values.length + 1 && values[at] !== ''; at += fields.length) {
    const [id = '', parents = '', time = '', name = '', email = '', message = ''] = values.slice(at, at + fields.length)
    commits.push({
      id, parents: parents.split(' ').filter(parent => parent !== ''), date: new Date(Number(time) * 1000).toISOString().replace('.000Z', 'Z'),
      author: { name, email }, message, coAuthors: coAuthorsIn(message),
    })
  }
  return commits
}

/** Those named in messages have their names of .mailmap, too. */
async function withCoAuthors(exec: Exec, folder: string, commits: readonly LoggedCommit[]): Promise<readonly LoggedCommit[]> {
  const people = [...new Set(commits.flatMap(({ coAuthors }) => coAuthors.map(contact)))]
  if (people.length === 0) return commits
  const answer = await runGit(exec, folder, [...ownNames, 'check-mailmap', '--stdin'], people.map(line => `${line}\n`).join(''))
  const mapped = new Map(answer.split('\n').slice(0, people.length).map((line, index) => [people[index], personIn(line)]))
  return commits.map(commit => ({ ...commit, coAuthors: commit.coAuthors.map(person => mapped.get(contact(person)) ?? person) }))
}

function contact({ name, email }: Person): string {
  return `${name} <${email}>`
}

function personIn(line: string): Person | undefined {
  const [, name, email] = /^(.*) <([^<>]*)>$/.exec(line) ?? []
  return name === undefined || email === undefined ? undefined : { name, email }
}
