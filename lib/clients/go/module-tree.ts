import { lstatSync, readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Observer } from '../../contracts/workshop.ts'
import { goDecidingPart } from '../../formats/go-deciding-part.ts'
import type { Digest } from '../../values/descriptor.ts'
import { digestOf, digestOfValue } from '../../values/digest.ts'
import type { Source } from '../../values/source.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import { type GoWorkspace, readWorkspace, workspaceOf } from './workspace.ts'
import { readEach } from '../read-each.ts'

/** The modules of a source as they stand on the disk, as far as that decides which files a compile reads. */
export interface ModuleTree {
  readonly workspace: GoWorkspace
  /** Changes whenever another set of files could be read; mere code inside of functions does not change it. */
  readonly digest: Digest
  /** Every file that the digest covers, absolute. */
  readonly files: ReadonlySet<string>
}

/** Reads the modules of a source, once in a run unless `fresh` says to look again. */
export async function moduleTree(
  observer: Pick<Observer, 'once'>, source: Source, toolchain: Toolchain, fresh = false,
): Promise<ModuleTree> {
  if (fresh) return readTree(source, toolchain, await readWorkspace(source))
  return observer.once(`module tree ${source.place.folder}`, async () =>
    readTree(source, toolchain, await workspaceOf(observer, source)))
}

async function readTree({ place }: Source, toolchain: Toolchain, workspace: GoWorkspace): Promise<ModuleTree> {
  const { GOCACHE, GOMODCACHE } = toolchain.place.environment
  const closed = new Set([...place.outputs, GOCACHE, GOMODCACHE])
  const files = new Map<string, Found>()
  const walking = { closed, modules: new Set(workspace.folders), files, vendored: false }
  for (const folder of workspace.folders) walk(folder, walking)
  for (const file of workspace.files) files.set(file, 'file')
  return { workspace, digest: await digestOfTree(place.folder, files), files: new Set(regular(files)) }
}

/** `link` is a link to a file, which go reads but does not embed; everything else is a name and no more. */
type Found = 'file' | 'link' | 'name'

interface Walk {
  /** What is made by releases, or by go itself: neither read nor named. */
  readonly closed: ReadonlySet<string | undefined>
  readonly modules: ReadonlySet<string>
  readonly files: Map<string, Found>
  readonly vendored: boolean
}

/** Synchronous, because so many small reads are several times slower through the thread pool. */
function walk(folder: string, walking: Walk): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (walking.closed.has(path)) continue
    const vendored = walking.vendored || entry.name === 'vendor'
    if (!entry.isDirectory()) walking.files.set(path, entry.isFile() ? 'file' : leadsToFile(path) ? 'link' : 'name')
    else if (isEntered(entry.name, path, walking)) walk(path, { ...walking, vendored })
    else walking.files.set(path, 'name')
  }
}

/** Repositories cannot be embedded, node_modules are too many, and a module inside of a module is another one. */
function isEntered(name: string, path: string, { modules, vendored }: Walk): boolean {
  if (['.git', '.hg', '.svn', '.bzr', 'node_modules'].includes(name) || modules.has(path)) return false
  return vendored || !isFile(join(path, 'go.mod'))
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // A folder that go.mod names and that is not there, or that nobody may read, is go's to complain about.
    return []
  }
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function leadsToFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function regular(files: ReadonlyMap<string, Found>): readonly string[] {
  return [...files].filter(([, found]) => found !== 'name').map(([path]) => path)
}

async function digestOfTree(folder: string, files: ReadonlyMap<string, Found>): Promise<Digest> {
  const contents = new Map<string, Digest>()
  for (const { file, bytes } of readEach([...files].filter(([path, found]) => found !== 'name' && decides(path)).map(([path]) => path))) {
    contents.set(file, digestOf(file.endsWith('.go') ? goDecidingPart(bytes) : bytes))
    // A large vendor folder takes a while: whoever else runs gets a turn.
    if (contents.size % 500 === 0) await setImmediate()
  }
  const lines = [...files].map(([path, found]) => [relativePath(folder, path), found, contents.get(path) ?? null] as const)
  return digestOfValue(lines.sort(([one], [other]) => one < other ? -1 : 1))
}

/** What go reads for its build constraints, by extension, beside Go files: go/build, "matchFile". */
const constrained = /\.(c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|f90|s|S|sx|swig|swigcxx)$/
const listing = /^(go\.mod|go\.sum|go\.work|go\.work\.sum|modules\.txt)$/

/** Whether more than the name of a file is looked at. */
function decides(path: string): boolean {
  return path.endsWith('.go') || constrained.test(path) || listing.test(path.slice(path.lastIndexOf(sep) + 1))
}

/** With forward slashes; `../lib/x.go` for what is outside, absolute only on another Windows drive. */
export function relativePath(folder: string, path: string): string {
  const way = relative(folder, path)
  return isAbsolute(way) ? way : way.split(sep).join('/')
}
