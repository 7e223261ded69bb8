import { unreadable } from './executable/unreadable.ts'
import { goUnquote } from './go-unquote.ts'

export interface GoModule {
  readonly path: string
  /** A module version, `(devel)`, or empty for a replacement by a folder. */
  readonly version: string
  /** `h1:` and a digest; a module that is not from a module proxy has none. */
  readonly sum?: string
  /** What go.mod says to use instead. */
  readonly replace?: GoModule
}

export interface GoModuleInfo {
  /** The main package; empty when the program was not built in module mode. */
  readonly path: string
  /** The main module; its fields are empty when the package was named by its files, or without module mode. */
  readonly module: GoModule
  readonly dependencies: readonly GoModule[]
  /** Settings of the build, such as GOOS, CGO_ENABLED, -trimpath. */
  readonly settings: Readonly<Record<string, string>>
}

type Line = readonly [kind: string, content: string]

/** Parses the text form of the module info, as Go's runtime/debug.ParseBuildInfo; throws BINARY. */
export function goModuleInfo(text: string): GoModuleInfo {
  const lines = text.split('\n').map(cut)
  const modules = lines.filter(([kind]) => ['mod', 'dep', '=>'].includes(kind)).reduce(addModule, [])
  return {
    path: lines.find(([kind]) => kind === 'path')?.[1] ?? '',
    module: modules.find(({ kind }) => kind === 'mod')?.module ?? { path: '', version: '' },
    dependencies: modules.filter(({ kind }) => kind === 'dep').map(({ module }) => module),
    settings: Object.fromEntries(lines.filter(([kind]) => kind === 'build').map(([, setting]) => settingOf(setting))),
  }
}

function cut(line: string): Line {
  const tab = line.indexOf('\t')
  return tab < 0 ? [line, ''] : [line.slice(0, tab), line.slice(tab + 1)]
}

interface Found {
  readonly kind: string
  readonly module: GoModule
}

// A replacement belongs to the module on the line above it.
function addModule(found: readonly Found[], [kind, content]: Line): Found[] {
  const module = moduleOf(content)
  if (kind !== '=>') return [...found, { kind, module }]
  const last = found.at(-1)
  if (last === undefined) throw unreadable('the Go build info', 'a replacement replaces nothing')
  return [...found.slice(0, -1), { kind: last.kind, module: { ...last.module, replace: module } }]
}

function moduleOf(content: string): GoModule {
  const [path, version, sum, ...more] = content.split('\t')
  if (path === undefined || version === undefined || more.length > 0) {
    throw unreadable('the Go build info', `${JSON.stringify(content)} is no module`)
  }
  return { path, version, ...sum && { sum } }
}

function settingOf(setting: string): [name: string, value: string] {
  const [, name, value] = /^("(?:[^"\\]|\\.)*"|`[^`]*`|[^=]+)=(.*)$/.exec(setting) ?? []
  if (name === undefined || value === undefined) {
    throw unreadable('the Go build info', `${JSON.stringify(setting)} is no setting`)
  }
  return [goUnquote(name), goUnquote(value)]
}
