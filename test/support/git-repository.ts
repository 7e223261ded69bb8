import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { createExec } from '../../lib/clients/exec.ts'
import type { Exec } from '../../lib/contracts/exec.ts'

export interface GitRepository {
  /** Absolute, without symbolic links. */
  readonly folder: string
  /** Runs programs as a release would, without this machine's git configuration. */
  readonly exec: Exec
  /** Runs git in it, and returns what it prints without the line's end. */
  git(...args: readonly string[]): Promise<string>
  /** Writes files by relative path. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Commits all that is there, a minute after the last one; files may be written first. Returns the commit's id. */
  commit(files?: Readonly<Record<string, string>>): Promise<string>
  /** Tags the checked-out commit, lightly or with a message. */
  tag(name: string, message?: string): Promise<void>
  /** Another repository, of the same time and identity, that goes with this one: a clone, a worktree, a submodule. */
  at(folder: string): GitRepository
  /** A path beside it that goes with it. */
  beside(name: string): string
  remove(): Promise<void>
}

const started = Date.UTC(2026, 10, 21, 8, 51) / 1000

const identity = {
  GIT_AUTHOR_NAME: 'Author', GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'Author', GIT_COMMITTER_EMAIL: 'author@example.com',
}

/** An empty repository in a temporary folder: dates and identity are fixed, so commit ids are the same everywhere. */
export async function gitRepository(): Promise<GitRepository> {
  const outside = await mkdtemp(join(tmpdir(), 'repository-'))
  const folder = join(outside, 'project')
  await mkdir(folder)
  await writeFile(join(outside, '.gitconfig'), '[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n')
  const repository = open(outside, folder)
  await repository.git('init', '--quiet')
  return repository
}

function open(outside: string, folder: string): GitRepository {
  let time = started
  const environment = { ...fixedEnvironment(process.env), HOME: outside, GIT_CONFIG_NOSYSTEM: '1' }
  const exec = createExec({ environment, signal: new AbortController().signal, cwd: folder })
  const git = async (...args: readonly string[]): Promise<string> => {
    const date = `${time} +0100`
    const env = { ...identity, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    return (await exec('git', args, { env })).stdout.trimEnd()
  }
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
  }
  return {
    folder, exec, git, write,
    commit: async (files = {}) => {
      await write(files)
      await git('add', '--all')
      await git('commit', '--quiet', '--allow-empty', '--message=Change')
      time += 60
      return git('rev-parse', 'HEAD')
    },
    tag: async (name, message) => {
      await git('tag', ...message === undefined ? [] : ['--annotate', `--message=${message}`], name)
    },
    at: other => open(outside, other),
    beside: name => join(outside, name),
    remove: async () => rm(outside, { recursive: true, force: true }),
  }
}
