/** What a go.mod says of its module itself. */
export interface GoModHead {
  readonly module: string
  /** The language version it asks for, `1.23` or `1.23.4`. */
  readonly go?: string
}

/** Reads a go.mod. Undefined where it names no module. Source: https://go.dev/ref/mod#go-mod-file */
export function goModHead(text: string): GoModHead | undefined {
  const module = directive(text, 'module')
  const go = directive(text, 'go')
  if (module === undefined) return undefined
  return go === undefined ? { module } : { module, go }
}

/** A directive stands on a line of its own or in a block, and its value may be quoted. */
function directive(text: string, name: string): string | undefined {
  const value = /^("(?:[^"\\]|\\.)*"|`[^`]*`|[^\s"`(/][^\s]*)/
  const line = new RegExp(String.raw`^[ \t]*${name}(?:[ \t]*\(\s*|[ \t]+)(\S.*)$`, 'm').exec(text)?.[1]
  const [, found] = value.exec(line ?? '') ?? []
  return found?.replaceAll(/^["`]|["`]$/g, '')
}
