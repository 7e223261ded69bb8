import { test } from 'uvu'
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { type GoDeclaration, goDeclarations } from '../../lib/formats/go-declarations.ts'

const declarationsOf = (source: string): readonly GoDeclaration[] => [...goDeclarations(Buffer.from(source))]

const cases: readonly (readonly [source: string, expected: readonly string[]])[] = [
  ['var a string', ['var a string']],
  ['var a, b = "x, y", f(1, 2)', ['var a = "x, y"', 'var b = f(1,2)']],
  ['var a, b = f()', ['var a = f()', 'var b = f()']],
  ['var (\n\ta = 1; b int\n\n\t// var no = 1\n\tc,\n\td string = "1",\n\t"2"\n)',
    ['var a = 1', 'var b int', 'var c string = "1"', 'var d string = "2"']],
  ['var ()\nconst ()\ntype ()', []],
  ['const (\n\ta, b = iota, "x"\n\tc, d\n)', ['const a = iota', 'const b = "x"', 'const c = iota', 'const d = "x"']],
  ['const a S = "x" + `y\n`', ['const a S = "x"+`y\n`']],
  ['var f = func() { var inner = 1\n; x := 2 }', ['var f = func(){…}']],
  ['func (t T) Method() { var a int }\nfunc Name[T any](a T) {\n\tvar b string\n}', ['func Name']],
  ['type A = B\ntype (\n\tC struct{ a, b string }\n)', ['type A B', 'type C struct{…}']],
  ['var a map[string]int = map[string]int{\n\t"k=": 1,\n}', ['var a map[string]int = map[string]int{…}']],
  ["var a = '\\'' // '\nvar b = '\"'", ["var a = '\\''", "var b = '\"'"]],
  ['/* var x = 1\n*/ var a /* b */ = /* = */ 1', ['var a = 1']],
  ['var größe string; var _x1 = 1.5e-3', ['var größe string', 'var _x1 = 1.5e-3']],
  ['type A struct{}; var b = []T{{1}, {2}}; var c = T{}.f({2}[1])', ['type A struct{}', 'var b = []T{…}', 'var c = T{}.f({…}[1])']],
  ['var a = "(" + `}` + \'{\'.x; var b int', ['var a = "("+`}`+\'{\'.x', 'var b int']],
  ['var a = f{ "}", `\n}`, \'}\', // }\n /* } */ }\nvar b int', ['var a = f{…}', 'var b int']],
  ['var (\n\ta = 1)\nvar b = 2', ['var a = 1', 'var b = 2']],
  ['var a\r\nvar b string\r\n', ['var a', 'var b string']],
]

for (const [source, expected] of cases) {
  test(`of ${JSON.stringify(source)}`, () => {
    const found = declarationsOf(`package main\n\nimport "x"\n\n${source}\n`).map(({ kind, name, type, value }) =>
      [kind, name, ...type.length > 0 ? [type.join('')] : [], ...value ? ['=', value.join('')] : []].join(' '))
    assert.equal(found, expected)
  })
}

test('are read of whatever text there is', () => {
  const pieces = ['var', 'const', 'type', 'func', ' ', 'a', ',', '=', '(', ')', '{', '}', '"', '`', '\n', '/*', '//']
  fc.assert(fc.property(fc.array(fc.constantFrom(...pieces)), tokens => {
    declarationsOf(tokens.join(''))
  }))
})

test('are cut where they are long', () => {
  const long = 'x + '.repeat(2000)
  const found = declarationsOf(`package a\nvar a, b string = ${long}"", ""\nconst (\n\tc = ${long}1\n\td\n)\ntype E ${long}x\nvar f = 1\n`)
  assert.equal(found.map(({ name, type, value }) => [name, type, value]), [
    ['a', ['…'], undefined], ['b', ['…'], undefined], ['c', ['…'], undefined], ['d', ['…'], undefined], ['E', ['…'], undefined], ['f', [], ['1']],
  ])
  const [string] = declarationsOf(`package a\nvar a = "${'\\xff'.repeat(1_000_000)}"\n`)
  assert.is(string?.value?.[0]?.length, 1024)
})

test('are read one by one, as far as they are asked for', () => {
  const declarations = goDeclarations(Buffer.from('package a\nvar a = 1\nvar b = 2\n'))
  assert.is((declarations.next().value as GoDeclaration).name, 'a')
})

test.run()
