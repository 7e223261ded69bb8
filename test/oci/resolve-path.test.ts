import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { resolvePath } from '../../lib/oci/resolve-path.ts'
import { emptyTree } from '../../lib/oci/tree.ts'
import { sampleTree } from './support/sample-tree.ts'

const tree = await sampleTree(
  'usr/bin/', 'usr/bin/env', 'bin -> usr/bin', 'usr/local/bin -> ../../opt/bin', 'opt/bin/', 'opt/bin/tool -> /bin/env',
  'out -> ../../../etc', 'etc/', 'etc/passwd', 'dangling -> data/x/y', 'self -> self', 'one -> two', 'two -> one', 'root -> /', 'up -> usr/bin/../..', 'slash -> usr/',
)

for (const [from, to] of [
  ['/bin/env', 'usr/bin/env'],
  ['bin', 'usr/bin'],
  ['/bin/../etc', 'usr/etc'],
  ['/usr/local/bin/tool', 'usr/bin/env'],
  ['/out/passwd', 'etc/passwd'],
  ['/../../etc//./passwd/', 'etc/passwd'],
  ['/root/root/bin', 'usr/bin'],
  ['/up/bin/env', 'usr/bin/env'],
  ['/slash/bin', 'usr/bin'],
  ['/', ''],
  ['', ''],
] as const) {
  test(`${from} is /${to}`, () => {
    const { path, entry, fault } = resolvePath(tree, from)
    assert.equal([path, entry, fault], [to, tree.entries.get(to), undefined])
  })
}

test('where nothing is the path goes on', () => {
  assert.equal(resolvePath(tree, '/dangling/z/w'), { path: 'data/x/y/z/w' })
  assert.equal(resolvePath(tree, '/bin/none'), { path: 'usr/bin/none' })
  assert.equal(resolvePath(emptyTree, '/a/b'), { path: 'a/b' })
})

test('a link at the end can be kept, one on the way cannot', () => {
  assert.is(resolvePath(tree, '/bin', 'keep').path, 'bin')
  assert.is(resolvePath(tree, '/bin/', 'keep').path, 'bin')
  assert.is(resolvePath(tree, '/usr/local/bin/tool', 'keep').path, 'opt/bin/tool')
  assert.is(resolvePath(tree, '/self', 'keep').entry?.link, 'self')
})

test('links in a circle, and files on the way, are told, and what has no parent because it is not there', () => {
  assert.is(resolvePath(tree, '/bin/none/../env').fault, '/usr/bin/none is not there')
  assert.is(resolvePath(tree, '/self').fault, '/self is a link that leads round in a circle')
  assert.match(resolvePath(tree, '/one/x').fault ?? '', /^\/(one|two) is a link that leads round in a circle$/)
  assert.is(resolvePath(tree, '/bin/env/x').fault, '/usr/bin/env is a file')
})

test.run()
