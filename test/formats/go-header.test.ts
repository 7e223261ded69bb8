import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { goHeader } from '../../lib/formats/go-header.ts'

const cases: readonly (readonly [name: string, text: string, header: ReturnType<typeof goHeader>])[] = [
  ['a clause alone', 'package main', { package: 'main', imports: [], ignored: false }],
  ['a byte order mark', '\uFEFFpackage main\n', { package: 'main', imports: [], ignored: false }],
  ['comments before it that name another', '// package a\n/* package b\n*/ package c // d\n', { package: 'c', imports: [], ignored: false }],
  ['a name that is no ASCII', 'package größe', { package: 'größe', imports: [], ignored: false }],
  ['a file for one platform', '//go:build linux && !ignore\n\npackage a', { package: 'a', imports: [], ignored: false }],
  ['a file that no build takes', '// Copyright\n\n//go:build ignore\n\npackage main', { package: 'main', imports: [], ignored: true }],
  ['the same in the old form', '// +build ignore\n\npackage main', { package: 'main', imports: [], ignored: true }],
  ['one of several tags', '//go:build (tools || linux)\n\npackage a', { package: 'a', imports: [], ignored: true }],
  ['a constraint after the clause, which is none', 'package a\n//go:build ignore\n', { package: 'a', imports: [], ignored: false }],
  ['single imports', 'package a\nimport "b"\nimport c "d/e"; import . `f`\nvar x = "import"\nimport "no"', { package: 'a', imports: ['b', 'd/e', 'f'], ignored: false }],
  ['a block of imports', 'package a\n\nimport (\n\t"b" // "no"\n\t// "no"\n\t_ "c" /* ) */\n)\n\n// then\nimport "d"\nfunc f() { "no" }\n', { package: 'a', imports: ['b', 'c', 'd'], ignored: false }],
  ['nothing else after them', 'package a; import ()\nimport "b"', { package: 'a', imports: ['b'], ignored: false }],
  ['no clause', '// nothing\n', undefined],
  ['a comment that is cut off', '/* a long license', undefined],
]

for (const [name, text, header] of cases) test(name, () => assert.equal(goHeader(Buffer.from(text)), header))

test.run()
