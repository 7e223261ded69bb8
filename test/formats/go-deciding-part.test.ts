import { test } from 'uvu'
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { goDecidingPart } from '../../lib/formats/go-deciding-part.ts'

const decidingPart = (source: string): string => Buffer.from(goDecidingPart(Buffer.from(source))).toString()

/** What decides, and what does not. */
const cases: readonly (readonly [name: string, deciding: string, rest: string])[] = [
  ['a file without imports', 'package main\n', '\nfunc main() {}\n'],
  ['one import', 'package main\n\nimport "fmt"\n', '\nfunc main() { fmt.Println() }\n'],
  ['a block', 'package a\nimport (\n\t"fmt"\n\n\tx "example.com/x" // why\n\t. "os"\n\t_ `io`\n)\n', 'var x = 1\n'],
  ['several imports on a line', 'package a; import "fmt"; import ("os"; "io"); import ()\n', 'const c = 1\n'],
  ['a constraint', '//go:build linux && cgo\n\n/* c */ package a\n\n', 'type T int\n'],
  ['cgo', 'package a\n\n// #include <x.h>\n// #cgo LDFLAGS: -lx\nimport "C"\n', 'type T int\n'],
  ['a comment that looks like an import', 'package a\n\nimport "fmt"\n', '// import "os"\nvar importer = "import"\n'],
  ['an import that is a word\'s beginning', 'package a\n', '\nvar imports = 1\n'],
  ['a byte order mark and Windows lines', '\uFEFFpackage a\r\nimport "fmt"', '\r\nvar x = 1\r\n'],
]

for (const [name, deciding, rest] of cases) {
  test(`of ${name} ends with the imports`, () => {
    const part = decidingPart(deciding + rest)
    assert.is(part.trim(), deciding.trim())
  })
}

test('has the lines that embed files, wherever they are', () => {
  const head = 'package a\n\nimport _ "embed"\n'
  const source = `${head}\n//go:embed a.txt\nvar a string\n\nvar b = 1\n\n\t//go:embed "b c" d\nvar d string\n`
  assert.is(decidingPart(source), `${head}//go:embed a.txt\n\t//go:embed "b c" d`)
})

test('is all of what is not understood', () => {
  for (const source of [
    '', 'packag main', 'package main\nimport fmt\nvar x = 1\n', 'package main\nimport (\n"fmt"\n',
    'package main\nimport "fmt\nvar x\n', 'package main\nimport "a" "b"\nvar x = 1\n', 'package "x"\n',
    '/* package main',
  ]) {
    assert.is(decidingPart(source), source)
  }
})

test('is not changed by what follows, and changes with every import', () => {
  const line = fc.stringMatching(/^[a-z /*"`{}()=:.]{0,30}$/)
  fc.assert(fc.property(fc.array(line), fc.stringMatching(/^[a-z/]{1,9}$/), (lines, path) => {
    const head = `package a\n\nimport (\n\t"fmt"\n\t"${path}"\n)\n`
    assert.is(decidingPart(`${head}\nfunc f() {\n${lines.join('\n')}\n}\n`).trim(), head.trim())
  }))
})

test('of a file with many comments takes no time', () => {
  const source = `${'/* a **/ // b\n'.repeat(20_000)}package a\n${'/* c */\n'.repeat(20_000)}var x = 1\n`
  assert.is(decidingPart(source).length, '/* a **/ // b\n'.length * 20_000 + 'package a'.length)
})

test.run()
