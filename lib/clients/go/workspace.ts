import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Observer } from '../../contracts/workshop.ts'
import { type GoDirective, goDirectives, replacedByFolders } from '../../formats/go-directives.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Source } from '../../values/source.ts'

/** The modules whose files go reads where they stand: nothing of them comes from the module cache. */
export interface GoWorkspace {
  /** The go.work file that holds here, absolute. */
  readonly work?: string
  /** The folders of the main module, of a workspace's modules and of those that replace others, absolute. */
  readonly folders: readonly string[]
  /** The go.mod, go.sum, go.work, go.work.sum and vendor/modules.txt files that there are, absolute. */
  readonly files: readonly string[]
}

/**
 * Looks for go.mod and go.work from a source's folder upward, but never outside of its repository: the folder that a
 * clone stands in says nothing about what is in it.
 * @throws ReleaseError (PROJECT) where there is neither
 */
export async function workspaceOf(observer: Pick<Observer, 'once'>, source: Source): Promise<GoWorkspace> {
  return observer.once(`go workspace ${source.place.folder}`, () => readWorkspace(source))
}

/** As `workspaceOf`, read anew. */
export async function readWorkspace({ place }: Source): Promise<GoWorkspace> {
  const work = await upward('go.work', place)
  if (work !== undefined) return workspace(work)
  const module = await upward('go.mod', place)
  if (module !== undefined) return { ...await alone(dirname(module)) }
  const above = place.repository === undefined ? '' : ', nor above it in its repository'
  throw new ReleaseError(`Cannot compile ${place.folder}: there is no go.mod in it${above}`, {
    code: 'PROJECT', hint: 'Name the folder of a Go module with --project, or make one with `go mod init`.',
  })
}

async function upward(name: string, { folder, repository }: Source['place']): Promise<string | undefined> {
  for (let at = folder; isInside(repository ?? folder, at); at = dirname(at)) {
    if (await isFile(join(at, name))) return join(at, name)
    if (at === dirname(at)) return undefined
  }
  return undefined
}

async function alone(folder: string): Promise<GoWorkspace> {
  const replaced = replacements(folder, await directivesOf(join(folder, 'go.mod')))
  const files = [join(folder, 'go.mod'), join(folder, 'go.sum'), join(folder, 'vendor', 'modules.txt')]
  return { folders: unique([folder, ...replaced]), files: await existing([...files, ...goModsOf(replaced)]) }
}

async function workspace(work: string): Promise<GoWorkspace> {
  const folder = dirname(work)
  const directives = await directivesOf(work)
  const used = directives.flatMap(({ verb, words: [path] }) => verb === 'use' && path ? [resolve(folder, path)] : [])
  const inner = await Promise.all(used.map(async one => replacements(one, await directivesOf(join(one, 'go.mod')))))
  const replaced = [...replacements(folder, directives), ...inner.flat()]
  const vendor = join(folder, 'vendor')
  const vendored = await isFile(join(vendor, 'modules.txt')) ? [vendor] : []
  const files = [work, `${work}.sum`, join(vendor, 'modules.txt'), ...used.map(one => join(one, 'go.sum'))]
  return {
    work, folders: unique([...used, ...replaced, ...vendored]),
    files: await existing([...files, ...goModsOf([...used, ...replaced])]),
  }
}

async function directivesOf(file: string): Promise<readonly GoDirective[]> {
  return goDirectives(await readFile(file, 'utf8').catch(() => ''))
}

function replacements(folder: string, directives: readonly GoDirective[]): readonly string[] {
  return replacedByFolders(directives).map(path => resolve(folder, path))
}

function goModsOf(folders: readonly string[]): readonly string[] {
  return folders.map(folder => join(folder, 'go.mod'))
}

async function existing(files: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(unique(files).map(async file => await isFile(file) ? [file] : []))
  return found.flat().sort()
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(found => found.isFile(), () => false)
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${way.charAt(2)}`)
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)]
}
