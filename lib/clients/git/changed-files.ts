import { join } from 'node:path'
import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'
import { repositoryOf } from './repository.ts'

export interface ChangedFile {
  /** Relative to the repository's root, with forward slashes. */
  readonly path: string
  /** The commit at which a submodule stands, where it is not the one that is recorded. */
  readonly commit?: string
}

interface Entry {
  readonly path: string
  /** Of a submodule: whether its commit, and whether tracked files in it differ. */
  readonly submodule?: { readonly commit: boolean, readonly content: boolean }
}

interface Status {
  /** The commit that is checked out. */
  readonly commit?: string
  readonly entries: readonly Entry[]
}

/**
 * Tracked files of the whole repository that are not as committed: changed, staged, deleted, in conflict; those of
 * submodules too.
 */
export async function changedFiles(exec: Exec, folder: string): Promise<readonly ChangedFile[]> {
  const { entries } = await statusOf(exec, folder)
  if (!entries.some(entry => entry.submodule)) return entries.map(({ path }) => ({ path }))
  const { root } = await repositoryOf(exec, folder)
  return (await Promise.all(entries.map(async entry => filesOf(exec, root, entry)))).flat()
}

/** A submodule's own changes in its stead. What is merely untracked in one does not count. */
async function filesOf(exec: Exec, root: string, { path, submodule }: Entry): Promise<readonly ChangedFile[]> {
  if (!submodule) return [{ path }]
  const folder = join(root, path)
  const { commit, entries } = await statusOf(exec, folder)
  const files = await Promise.all(entries.map(async entry => filesOf(exec, folder, entry)))
  return [
    ...submodule.commit && commit !== undefined ? [{ path, commit }] : [],
    ...files.flat().map(file => ({ ...file, path: `${path}/${file.path}` })),
  ]
}

/** https://git-scm.com/docs/git-status, "Porcelain Format Version 2" */
async function statusOf(exec: Exec, folder: string): Promise<Status> {
  const answer = await runGit(exec, folder, [
    'status', '--porcelain=v2', '-z', '--branch', '--untracked-files=no', '--ignore-submodules=none', '--no-renames',
  ])
  const lines = answer.split('\0')
  const commit = lines.find(line => line.startsWith('# branch.oid '))?.slice('# branch.oid '.length)
  return { ...commit !== undefined && { commit }, entries: lines.flatMap(entryOf) }
}

function entryOf(line: string): readonly Entry[] {
  const found = /^(?:1 .. (?<sub>....) (?:\S+ ){5}|u .. (?<unmerged>....) (?:\S+ ){7})(?<path>[^]*)$/.exec(line)
  const { sub, unmerged, path = '' } = found?.groups ?? {}
  const state = sub ?? unmerged
  if (state === undefined) return []
  if (state.startsWith('N')) return [{ path }]
  const submodule = { commit: state[1] === 'C', content: state[2] === 'M' }
  return submodule.commit || submodule.content ? [{ path, submodule }] : []
}
