import { readFileSync } from 'node:fs'
import { goTree } from '../clients/go/tree.ts'
import { goTokens } from '../formats/go-tokens.ts'
import { goUnquote } from '../formats/go-unquote.ts'

/** How a program serves, as far as its source says so in plain strings. */
export interface ServingHints {
  /** Ports it may listen on, `:8080`, ascending. */
  readonly ports: readonly number[]
  readonly healthPath?: string
  readonly readyPath?: string
}

/** What these endpoints are usually called, the most usual first. */
const usual = {
  health: ['/healthz', '/livez', '/health', '/live', '/-/healthy', '/health/live'],
  ready: ['/readyz', '/ready', '/-/ready', '/health/ready'],
} as const

/** Looks through the string literals of a module, tests and dependencies left out. */
export function servingHints(folder: string): ServingHints {
  const texts = new Set<string>()
  for (const one of goTree(folder)) {
    for (const { file } of one.files()) collect(file, texts)
  }
  // A pattern of net/http may begin with a method.
  const has = (path: string): boolean => texts.has(path) || texts.has(`GET ${path}`)
  const healthPath = usual.health.find(has)
  const readyPath = usual.ready.find(has)
  return {
    ports: [...new Set([...texts].flatMap(portOf))].sort((a, b) => a - b),
    ...healthPath !== undefined && { healthPath }, ...readyPath !== undefined && { readyPath },
  }
}

/** No address or path is longer. */
const longest = 40

function collect(file: string, into: Set<string>): void {
  for (const { kind, text } of goTokens(readFileSync(file))) {
    if (kind === 'string' && text.length <= longest && !text.includes('\\')) into.add(goUnquote(text))
  }
}

/** Of an address that nothing but a server can mean: `localhost:6379` may be where it connects to. */
function portOf(text: string): readonly number[] {
  const [, port] = /^(?:0\.0\.0\.0|\[::\])?:([1-9]\d{0,4})$/.exec(text) ?? []
  return port === undefined || Number(port) > 65_535 ? [] : [Number(port)]
}
