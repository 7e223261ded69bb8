import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type GoDeclaration, goDeclarations } from '../../lib/formats/go-declarations.ts'
import { type GoScope, unstampable } from '../../lib/formats/unstampable.ts'
import { writeTree } from '../support/file-tree.ts'

const test = suite<{ folder: string }>('unstampable')
const execute = promisify(execFile)

test.before.each(async context => { context.folder = await mkdtemp(join(tmpdir(), 'slipway-stamps-')) })
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

function declarationsOf(source: string): readonly GoDeclaration[] {
  return [...goDeclarations(Buffer.from(source))]
}

function scopeOf(declarations: readonly GoDeclaration[]): GoScope {
  return name => declarations.find(one => one.name === name)
}

const variables = await readFile(new URL('support/variables.go', import.meta.url), 'utf8')

/** Prints every variable by its name. */
function program(names: readonly string[]): string {
  const lines = names.map(name => `\tfmt.Printf("%s %#v\\n", "${name}", ${name})\n`)
  return `package main\n\nimport "fmt"\n\nfunc main() {\n${lines.join('')}}\n`
}

async function run(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const flags = names.map(name => `-X main.${name}=stamped`).join(' ')
  const env = { ...process.env, GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' }
  await execute('go', ['build', `-ldflags=${flags}`, '-o', 'program', '.'], { cwd: folder, env })
  const { stdout } = await execute(join(folder, 'program'))
  return new Map([...stdout.matchAll(/^(\S+) (.*)$/gm)].map(([, name = '', value = '']) => [name, value]))
}

/** The compiler sees through some of what the linker promises nothing about. */
const stampedByLuck = ['fromVariable']

test('agrees with what the linker does', async ({ folder }) => {
  const declarations = declarationsOf(variables)
  const names = declarations.filter(({ kind, name }) => kind === 'var' && name !== 'ignored').map(({ name }) => name)
  await writeTree(folder, {
    'go.mod': 'module example.com/app\n\ngo 1.21\n', 'variables.go': variables, 'main.go': program(names),
    'embedded.txt': 'old', 'other/other.go': 'package other\n\nconst Constant = "old"\n',
  })
  const refusal = await run(folder, names).then(() => '', (error: { stderr: string }) => error.stderr)
  const refusals = refusal.matchAll(/main\.(\w+): cannot set with -X: not a var of type string/g)
  const refused = [...refusals].map(([, name]) => name)
  const accepted = names.filter(name => !refused.includes(name))
  const before = await run(folder, [])
  const after = await run(folder, accepted)
  const stamped = accepted.filter(name => after.get(name) === '"stamped"' && before.get(name) !== '"stamped"')
  const claimed = names.filter(name => {
    const declaration = declarations.find(one => one.name === name)
    return declaration && unstampable(declaration, scopeOf(declarations)) === undefined
  })
  assert.equal(claimed, stamped.filter(name => !stampedByLuck.includes(name)))
})

const refusals: readonly (readonly [name: string, reason: string | undefined])[] = [
  ['typed', undefined], ['fromOther', undefined], ['embedded', undefined],
  ['constant', 'is a constant, not a variable'], ['call', 'is a function, not a variable'],
  ['Named', 'is a type, not a variable'], ['called', 'is initialised by a call'],
  ['literalCall', 'is initialised by a call'], ['fromBoth', 'is initialised by a call'],
  ['fromVariable', 'is initialised by the variable called'], ['sum', 'is initialised by the variable called'],
  ['fromSlice', 'is initialised by "old..."[:3]'], ['named', 'is of type Named, not string'],
  ['fromNamedConstant', 'is initialised by namedConstant, which is of type Named'],
  ['number', 'is initialised by 3, which is no string'], ['boolean', 'is initialised by true, which is no string'],
  ['pointer', 'is of type *string, not string'], ['anything', 'is of type any, not string'],
  ['function', 'is of type func()string, not string'],
]

test('says why', () => {
  const declarations = declarationsOf(variables)
  for (const [name, reason] of refusals) {
    const declaration = declarations.find(one => one.name === name)
    assert.ok(declaration, name)
    assert.is(declaration && unstampable(declaration, scopeOf(declarations)), reason, name)
  }
})

test('is not led in circles by constants that are', () => {
  const declarations = declarationsOf('package a\nconst a = b\nconst b = a\nvar c = a\ntype S = S\nvar d S\n')
  for (const declaration of declarations.filter(({ kind }) => kind === 'var')) {
    assert.is(unstampable(declaration, scopeOf(declarations)), undefined)
  }
})

test.run()
