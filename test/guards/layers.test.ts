import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readModules, type Module } from '../support/modules.ts'

/** What each layer may import from the library. The first pattern that fits a file is its layer; the rim sees everything. */
const layers: readonly (readonly [file: RegExp, mayImport: RegExp])[] = [
  [/^lib\/values\//, /^lib\/values\//],
  [/^lib\/contracts\//, /^lib\/(values|contracts)\//],
  [/^lib\/formats\//, /^lib\/(values|formats)\//],
  [/^lib\/graph\//, /^lib\/(values|contracts|graph)\//],
  [/^lib\/oci\//, /^lib\/(values|contracts|formats|oci)\//],
  [/^lib\/clients\//, /^lib\/(values|contracts|formats|oci|clients)\//],
  [/^lib\/destinations\//, /^lib\/(values|contracts|formats|oci|clients|destinations)\//],
  [/^lib\/testing\//, /^lib\/(values|contracts|formats|oci|clients|testing)\//],
  [/^tasks\//, /^(tasks\/|lib\/(values|contracts|formats|oci|clients)\/|lib\/graph\/(task|step|step-input|definition|observation|shipment)\.ts$)/],
  [/^lib\/render\//, /^lib\/((values|graph|render)\/|renderer\.ts$)/],
  [/^lib\/project\.ts$/, /^lib\/(values|contracts|formats|clients)\//],
]

/** Only these are the rim: nothing but they themselves may import them. */
const rim = /^lib\/(commands\/.*|[^/]+)\.ts$/

/** What code that is pure must not touch. */
const pure = /^lib\/(values|formats|graph)\//
const outside = /^node:(fs|child_process|os|process|http|https|net|dns|tls|worker_threads|cluster|timers)(\/|$)/
const worldly = /\bprocess\.|\bconsole\.|[^.\w]fetch\(|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/

/** Packages that more than one file imports, because they are one client together. */
const pairs: Readonly<Record<string, readonly string[]>> = {
  zx: ['lib/clients/exec.ts', 'lib/clients/shell.ts'],
}

const modules = readModules()
const byFile = new Map(modules.map(module => [module.file, module]))
const isOurs = (name: string): boolean => /^(lib|tasks)\//.test(name)
const isPackage = (name: string): boolean => !isOurs(name) && !name.startsWith('node:')

test('there is something to guard', () => {
  assert.ok(modules.length > 30)
  assert.ok(modules.some(module => module.imports.length > 0))
})

test('every import names a file that exists', () => {
  const broken = modules.flatMap(({ file, imports }) =>
    imports.filter(({ of }) => isOurs(of) && !byFile.has(of)).map(({ of }) => `${file} -> ${of}`))
  assert.equal(broken, [])
})

test('imports follow the layers', () => {
  const wrong = modules.flatMap(({ file, imports }) => {
    const [, allowed] = layers.find(([layer]) => layer.test(file)) ?? []
    if (!allowed) return []
    return imports.filter(({ of }) => isOurs(of) && !allowed.test(of)).map(({ of }) => `${file} -> ${of}`)
  })
  assert.equal(wrong, [])
})

test('every file has a layer or belongs to the rim', () => {
  const homeless = modules.filter(({ file }) => !rim.test(file) && !layers.some(([layer]) => layer.test(file)))
  assert.equal(homeless.map(({ file }) => file), [])
})

test('values, formats and the graph touch nothing outside', () => {
  const wrong = modules.filter(({ file }) => pure.test(file)).flatMap(({ file, imports, code }) => [
    ...imports.filter(({ of, kind }) => kind !== 'type' && outside.test(of)).map(({ of }) => `${file} -> ${of}`),
    ...(worldly.exec(code) ?? []).map(word => `${file}: ${word}`),
  ])
  assert.equal(wrong, [])
})

test('a package has one file that imports it', () => {
  const importers = new Map<string, Set<string>>()
  for (const { file, imports } of modules) {
    for (const { of } of imports.filter(one => isPackage(one.of))) importers.set(of, (importers.get(of) ?? new Set()).add(file))
  }
  const shared = [...importers].filter(([name, files]) => files.size > 1 && [...files].sort().join() !== pairs[name]?.join())
  assert.equal(shared.map(([name, files]) => `${name}: ${[...files].join(', ')}`), [])
})

test('no modules load each other in a circle', () => {
  assert.equal(circles(staticsOf), [])
})

test('what could be used alone names each other in no circle either', () => {
  const alone = circles(module => (module?.imports ?? []).map(({ of }) => of)).filter(file => /^lib\/(oci|clients)\//.test(file))
  assert.equal(alone, [])
})

test('no task and no public name loads a package before its work runs', () => {
  const early = modules.filter(({ file }) => file.startsWith('tasks/') || file === 'lib/index.ts').flatMap(({ file }) => {
    const loaded = [...loadedWith(file)].flatMap(one => staticsOf(byFile.get(one)).filter(isPackage).map(name => `${one} -> ${name}`))
    return loaded.map(name => `${file}: ${name}`)
  })
  assert.equal(early, [])
})

function staticsOf(module: Module | undefined): readonly string[] {
  return (module?.imports ?? []).filter(({ kind }) => kind === 'static').map(({ of }) => of)
}

type Imports = (module: Module | undefined) => readonly string[]

/** A file and every file of ours that is loaded with it. */
function loadedWith(file: string, imports: Imports = staticsOf, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const next of imports(byFile.get(file)).filter(isOurs)) loadedWith(next, imports, seen)
  return seen
}

function circles(imports: Imports): readonly string[] {
  return modules.filter(({ file }) => imports(byFile.get(file)).filter(isOurs).some(next => loadedWith(next, imports).has(file)))
    .map(({ file }) => file)
}

test.run()
