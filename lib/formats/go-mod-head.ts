import { goDirectives } from './go-directives.ts'

/** What a go.mod says of its module itself. */
export interface GoModHead {
  readonly module: string
  /** The language version it asks for, `1.23` or `1.23.4`. */
  readonly go?: string
}

/** Reads a go.mod. Undefined where it names no module. Source: https://go.dev/ref/mod#go-mod-file */
export function goModHead(text: string): GoModHead | undefined {
  const directives = goDirectives(text)
  const word = (verb: string): string | undefined => directives.find(directive => directive.verb === verb)?.words[0]
  const [module, go] = [word('module'), word('go')]
  if (module === undefined) return undefined
  return go === undefined ? { module } : { module, go }
}
