import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'

/** A source file of the library and what it asks for. */
export interface Module {
  /** Relative to the repository: `lib/values/target.ts`. */
  readonly file: string
  readonly imports: readonly Import[]
  /** Its text without comments. */
  readonly code: string
}

export interface Import {
  /** A file of the library, or the name of a package: `node:fs`, `semver`, `@scope/name`. */
  readonly of: string
  /** `type`: gone after compiling. `static`: loaded with the module. `late`: loaded when it is called. */
  readonly kind: 'type' | 'static' | 'late'
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Reads every module of lib/ and tasks/ by its text. A static import starts in the first column, as everywhere here:
 * build.ts files that are written by `init` stand indented in its source.
 */
export function readModules(): readonly Module[] {
  return globSync(['lib/**/*.ts', 'tasks/**/*.ts'], { cwd: root }).sort().map(file => {
    const code = withoutComments(readFileSync(join(root, file), 'utf8'))
    return { file, code, imports: importsOf(code, file) }
  })
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/\s\/\/ .*$/gm, '')
}

function importsOf(code: string, file: string): readonly Import[] {
  const statics = [...code.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"`;=]*?\sfrom\s+)?'([^']+)'/gm)]
  const lates = [...code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)]
  return [
    ...statics.map(([, type, of = '']) => ({ of: resolved(of, file), kind: type ? 'type' : 'static' } as const)),
    ...lates.map(([, of = '']) => ({ of: resolved(of, file), kind: 'late' } as const)),
  ]
}

function resolved(specifier: string, file: string): string {
  if (specifier.startsWith('.')) return posix.join(dirname(file), specifier)
  if (specifier.startsWith('node:')) return specifier
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
