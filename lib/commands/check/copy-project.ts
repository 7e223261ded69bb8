import { existsSync } from 'node:fs'
import { cp, lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { repositoryRoot } from '../../clients/git.ts'
import { readWorkspace } from '../../clients/go/workspace.ts'
import type { Exec } from '../../contracts/exec.ts'
import type { Place } from '../../contracts/workshop.ts'
import { foldersOf } from '../../destinations/directory.ts'

export interface ProjectToCopy {
  readonly exec: Exec
  /** The project's folder. */
  readonly folder: string
  readonly place: Place
}

/**
 * Copies the whole repository, as what a build reads may stand beside the project, and the Go modules outside of it that
 * go.mod or go.work name, to where they are from there.
 * @returns the project's folder in the copy
 */
export async function copyProject({ exec, folder, place }: ProjectToCopy, target: string): Promise<string> {
  const source = await realpath(folder)
  const root = await repositoryRoot(exec, source)
  const outside = await modulesOutside(source, root)
  const above = commonFolder([root, ...outside])
  for (const one of outside) await copyModule(one, join(target, relative(above, one)), root)
  const copied = join(target, relative(above, root))
  await copyRepository(root, copied, place)
  return join(copied, relative(root, source))
}

async function copyRepository(root: string, target: string, place: Place): Promise<void> {
  const made = new Set(Object.values(foldersOf('dist', place)))
  await mkdir(target, { recursive: true })
  const isCopied = async (path: string): Promise<boolean> =>
    !made.has(path) && basename(path) !== 'node_modules' && isPlain(path)
  await cp(root, target, { recursive: true, verbatimSymlinks: true, filter: isCopied })
  await settleSubmodule(root, target)
}

/** Folders of modules; what is not there is go's to complain about, and what is on another drive is named as it is. */
async function modulesOutside(source: string, root: string): Promise<readonly string[]> {
  const place = { folder: source, repository: root, outputs: [] }
  const { folders } = await readWorkspace({ kind: 'source', use: 'go', place }).catch(() => ({ folders: [] }))
  return folders.filter(folder => existsSync(folder) && !isInside(root, folder) && !isAbsolute(relative(root, folder)))
}

/** Its history is no part of a build; what it is around is copied by itself. */
async function copyModule(folder: string, target: string, root: string): Promise<void> {
  const source = await realpath(folder)
  const isCopied = async (path: string): Promise<boolean> =>
    path !== root && !['node_modules', '.git'].includes(basename(path)) && isPlain(path)
  await mkdir(target, { recursive: true })
  await cp(source, target, { recursive: true, verbatimSymlinks: true, filter: isCopied })
}

function commonFolder(folders: readonly string[]): string {
  return folders.reduce((common, folder) => {
    let above = common
    while (!isInside(above, folder)) above = dirname(above)
    return above
  })
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return !isAbsolute(way) && way !== '..' && !/^\.\.[/\\]/.test(way)
}

/** A submodule's .git names a folder of the repository around it, whose settings name the submodule in turn. */
async function settleSubmodule(root: string, target: string): Promise<void> {
  const [, gitFolder] = /^gitdir: (.+)$/m.exec(await readFile(join(root, '.git'), 'utf8').catch(() => '')) ?? []
  if (gitFolder === undefined || existsSync(resolve(root, gitFolder, 'commondir'))) return
  await rm(join(target, '.git'))
  await cp(resolve(root, gitFolder), join(target, '.git'), { recursive: true, filter: isPlain })
  const settings = join(target, '.git', 'config')
  await writeFile(settings, (await readFile(settings, 'utf8')).replaceAll(/^\s*worktree\s*=.*\n/gm, ''))
}

/** git's monitor leaves a socket in .git. */
async function isPlain(path: string): Promise<boolean> {
  const found = await lstat(path)
  return found.isFile() || found.isDirectory() || found.isSymbolicLink()
}
