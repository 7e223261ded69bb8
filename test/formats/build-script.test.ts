import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript } from '../../lib/formats/build-script.ts'
import type { MainPackage, Project } from '../../lib/values/project.ts'

function project(...mains: readonly MainPackage[]): Project {
  return { name: 'gateway', module: 'example.com/gateway', mains, documents: [], place: { folder: '/somewhere' } }
}

test('one program, with all that is stamped', () => {
  const variables = { version: 'main.version', commit: 'main.commit', date: 'example.com/gateway/version.Date' }
  const text = buildScript(project({ program: 'gateway', package: './cmd/gateway', variables }), { file: 'build.ts', files: ['LICENSE', 'it\'s.md'] })
  assert.match(text, `stamp: { 'main.version': version.semver, 'main.commit': version.commit, 'example.com/gateway/version.Date': version.date },`)
  assert.match(text, `main: './cmd/gateway',`)
  assert.match(text, `files: ['LICENSE', 'it\\'s.md']`)
  assert.match(text, 'resolveVersion(),')
})

test('several programs go into one archive of each platform', () => {
  const text = buildScript(project(
    { program: 'a', package: './cmd/a', variables: { version: 'main.version' } }, { program: 'b', package: './cmd/b', variables: {} },
  ), { file: 'build.mts', files: [], prefix: 'api/' })
  assert.match(text, `main: './cmd/a',`)
  assert.match(text, `main: './cmd/b',`)
  assert.match(text, 'archive({ binaries: programsOfOne })')
  assert.match(text, `resolveVersion({ prefix: 'api/' }),`)
  assert.match(text, 'npx tsx build.mts')
})

test('every line fits', () => {
  const text = buildScript(project({ program: 'a', package: '.', variables: {} }), { file: 'build.ts', files: ['LICENSE', 'NOTICE', 'README.md'] })
  assert.equal(text.split('\n').filter(line => line.length > 120 || line.endsWith(' ')), [])
})

test.run()
