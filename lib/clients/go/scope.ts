import { statSync } from 'node:fs'
import { type GoDeclaration, goDeclarations } from '../../formats/go-declarations.ts'
import type { GoScope } from '../../formats/unstampable.ts'
import { readEach } from '../read-each.ts'

/**
 * What a package declares, looked up in its files one after the other until it is found: files that do not have the name are
 * not read as Go. Synchronous, so that no more than one file is in memory, whatever runs beside.
 */
export function goScope(files: readonly string[]): GoScope {
  const known = new Map<string, GoDeclaration | undefined>()
  let ordered: readonly string[] | undefined
  return name => {
    // Every variable that can be stamped asks for it, and nobody declares another.
    if (name === 'string') return undefined
    if (!known.has(name)) known.set(name, declarationOf(name, ordered ??= largeOnesLast(files)))
    return known.get(name)
  }
}

function declarationOf(name: string, files: readonly string[]): GoDeclaration | undefined {
  for (const { bytes } of readEach(files, name)) {
    for (const declaration of goDeclarations(bytes)) if (declaration.name === name) return declaration
  }
  return undefined
}

/** What is generated holds no version, as a rule. */
function largeOnesLast(files: readonly string[]): readonly string[] {
  const large = new Set(files.filter(file => statSync(file).size > 1024 ** 2))
  return [...files.filter(file => !large.has(file)), ...large]
}
