import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exec } from '../../contracts/exec.ts'
import type { Digest } from '../../values/descriptor.ts'
import { hashFile } from '../hash-file.ts'
import { gitError } from './git-error.ts'
import { isolatedEnvironment, isolatedSettings } from './isolated-git.ts'

/** A file of a commit. */
export interface TreeFile {
  /** `100644`, `100755` for a program, `120000` for a symbolic link, `160000` for a submodule. */
  readonly mode: string
  readonly object: string
}

/** A file to be put at a path; without one, what is there goes. */
export interface TreeChange {
  readonly path: string
  readonly file?: TreeFile
}

export interface NewCommit {
  readonly tree: string
  readonly parent?: string | undefined
  readonly message: string
  /** `Name <name@host.example>` */
  readonly author: string
  /** Seconds since 1970, of author and committer. */
  readonly time: number
}

/** A repository of git's own objects, without files: what is made in it is the same for the same parent and content. */
export interface BareClone {
  readonly folder: string
  /** Runs git in it, and returns what it prints. @throws ReleaseError (GIT) */
  git(args: readonly string[], options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> }): Promise<string>
  /** Takes files in as they are. @returns their ids, in the same order */
  addFiles(files: readonly string[]): Promise<readonly string[]>
  /** Every file of a commit or a tree, by its path. */
  listFiles(commit: string): Promise<ReadonlyMap<string, TreeFile>>
  /** The bytes of an object, hashed. */
  hashObject(object: string): Promise<{ readonly digest: Digest; readonly size: number }>
  /** A text of a commit; undefined where it has no file there. */
  readText(commit: string, path: string): Promise<string | undefined>
  /** A tree with these changes; without a commit, of these files alone. @returns its id */
  changeTree(commit: string | undefined, changes: readonly TreeChange[]): Promise<string>
  commit(commit: NewCommit): Promise<string>
  /** Who made a commit, and the one before it: the first one of a merge. */
  lookAt(commit: string): Promise<{ readonly author: string; readonly parent: string | undefined }>
  /** Whether one commit is another one, or before it in the history that is here. */
  contains(commit: string, tip: string): Promise<boolean>
}

/** Makes an empty one in a folder that is there. Objects are named by SHA-1, as all hosts have them. */
export async function makeBareClone(exec: Exec, folder: string): Promise<BareClone> {
  await mkdir(join(folder, 'files'), { recursive: true })
  const repository = join(folder, 'git')
  const git: BareClone['git'] = async (args, { input, env = {} } = {}) => {
    try {
      const { stdout } = await exec('git', [...isolatedSettings, `--git-dir=${repository}`, ...args], {
        cwd: join(folder, 'files'), env: { ...isolatedEnvironment, ...env }, ...input !== undefined && { input },
      })
      return stdout
    } catch (error) {
      throw gitError(error, { folder: repository, subcommand: args[0] ?? '' })
    }
  }
  await git(['-c', 'init.defaultBranch=main', 'init', '--quiet', '--bare', '--template='])
  let indexes = 0
  return {
    folder: repository, git,
    addFiles: async files => files.length === 0 ? [] : linesOf(await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], { input: `${files.join('\n')}\n` })),
    listFiles: async commit => filesIn(await git(['ls-tree', '-r', '-z', '--full-tree', commit])),
    hashObject: async object => {
      // Through a file: what programs print is read as text.
      const file = join(folder, 'files', (await git(['unpack-file', object])).trimEnd())
      try {
        return await hashFile(file)
      } finally {
        await rm(file, { force: true })
      }
    },
    readText: async (commit, path) => {
      const [found] = filesIn(await git(['ls-tree', '-z', '--full-tree', commit, '--', path])).values()
      return found?.mode.startsWith('100') ? git(['cat-file', 'blob', found.object]) : undefined
    },
    changeTree: async (commit, changes) => {
      indexes += 1
      const env = { GIT_INDEX_FILE: join(folder, `index-${indexes}`) }
      await git(['read-tree', commit ?? '--empty'], { env })
      await git(['update-index', '-z', '--index-info'], { env, input: changes.map(lineOf).join('') })
      return (await git(['write-tree'], { env })).trimEnd()
    },
    commit: async ({ tree, parent, message, author, time }) => {
      const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? []
      const date = `@${time} +0000`   // without the sign, eight digits could be a day
      const env = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date }
      return (await git(['commit-tree', tree, ...parent === undefined ? [] : ['-p', parent], '-F', '-'], { env, input: message })).trimEnd()
    },
    lookAt: async commit => {
      // As it is written: a shallow clone shows no parents else.
      const text = await git(['cat-file', 'commit', commit])
      return { author: /^author (.*>) \d+ [+-]\d+$/m.exec(text)?.[1] ?? '', parent: /^parent ([\da-f]+)$/m.exec(text.slice(0, text.indexOf('\n\n')))?.[1] }
    },
    contains: (commit, tip) => git(['merge-base', '--is-ancestor', commit, tip]).then(() => true, () => false),
  }
}

/** As `git update-index --index-info` reads it: mode 0 takes a path out. */
function lineOf({ path, file }: TreeChange): string {
  return `${file?.mode ?? '0'} ${file?.object ?? '0'.repeat(40)}\t${path}\0`
}

function filesIn(listing: string): ReadonlyMap<string, TreeFile> {
  return new Map(listing.split('\0').filter(line => line !== '').map(line => {
    const tab = line.indexOf('\t')
    const [mode = '', , object = ''] = line.slice(0, tab).split(' ')
    return [line.slice(tab + 1), { mode, object }] as const
  }))
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(line => line !== '')
}
