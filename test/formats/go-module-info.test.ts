import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { goModuleInfo } from '../../lib/formats/go-module-info.ts'

const lines = (...rows: readonly (readonly string[])[]) => rows.map(row => `${row.join('\t')}\n`).join('')

test('modules, replacements and settings', () => {
  const text = lines(
    ['path', 'example.com/a/cmd/a'],
    ['mod', 'example.com/a', 'v1.0.0', 'h1:a='],
    ['dep', 'example.com/b', 'v1.2.3', 'h1:b='],
    ['dep', 'example.com/c', 'v0.0.1'],
    ['=>', 'example.com/d', 'v0.0.2', 'h1:d='],
    ['build', '-ldflags="-X a=b"'],
    ['build', 'vcs.modified=false'],
    ['build', '"odd key"=`odd = value`'],
    ['build', 'CGO_CFLAGS='],
    ['later', 'unknown'],
  )
  assert.equal(goModuleInfo(text), {
    path: 'example.com/a/cmd/a',
    module: { path: 'example.com/a', version: 'v1.0.0', sum: 'h1:a=' },
    dependencies: [
      { path: 'example.com/b', version: 'v1.2.3', sum: 'h1:b=' },
      { path: 'example.com/c', version: 'v0.0.1', replace: { path: 'example.com/d', version: 'v0.0.2', sum: 'h1:d=' } },
    ],
    settings: { '-ldflags': '-X a=b', 'vcs.modified': 'false', 'odd key': 'odd = value', CGO_CFLAGS: '' },
  })
})

test('a main module may be replaced too', () => {
  const { module } = goModuleInfo(lines(['mod', 'a', 'v1.0.0'], ['=>', 'b', 'v2.0.0', 'h1:b=']))
  assert.equal(module, { path: 'a', version: 'v1.0.0', replace: { path: 'b', version: 'v2.0.0', sum: 'h1:b=' } })
})

test('nothing is a program without modules', () => {
  assert.equal(goModuleInfo(''), { path: '', module: { path: '', version: '' }, dependencies: [], settings: {} })
})

const broken = [['dep\ta\n', '"a" is no module'], ['=>\ta\tv1\th1:\n', 'a replacement replaces nothing'],
  ['mod\ta\tb\tc\td\n', '"a\\tb\\tc\\td" is no module'], ['build\tGOOS\n', '"GOOS" is no setting']]

for (const [text = '', why] of broken) {
  test(`${JSON.stringify(text)} is no module info`, () => {
    assert.throws(() => goModuleInfo(text), (error: Error) => error.message === `Cannot read the Go build info: ${why}`)
  })
}

test.run()
