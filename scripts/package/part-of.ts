/** What a build looks up about a module: the modules that it imports, paths of ours and names of others. */
export type ImportsOf = (module: string) => readonly string[]

// Loading one of them takes about 5 ms.
const network = ['node:http', 'node:https', 'node:tls']

/**
 * The file that a module goes into. Modules that need the same things of others, by themselves or through what they import, share
 * one: so a package is loaded only where it is needed, and no two files import each other as long as no modules do.
 * @param isOurs whether an import is a module of ours
 * @param sets has those that are known already
 */
export function partOf(module: string, { importsOf, isOurs, sets }: {
  readonly importsOf: ImportsOf
  readonly isOurs: (module: string) => boolean
  readonly sets: Map<string, ReadonlySet<string>>
}): string {
  const needs = (one: string): ReadonlySet<string> => {
    const known = sets.get(one)
    if (known) return known
    const set = new Set<string>()
    sets.set(one, set)
    for (const imported of importsOf(one)) {
      if (isOurs(imported)) for (const need of needs(imported)) set.add(need)
      else for (const need of needOf(imported)) set.add(need)
    }
    return set
  }
  return [...needs(module)].toSorted().join('-') || 'core'
}

function needOf(imported: string): readonly string[] {
  if (network.includes(imported)) return ['network']
  if (imported.startsWith('node:')) return []
  const [scope = '', name] = imported.split('/')
  return [scope.startsWith('@') ? `${scope.slice(1)}-${name}` : scope]
}
