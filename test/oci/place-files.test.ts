import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fitsOnto } from '../../lib/oci/fits-onto.ts'
import type { LayerEntry } from '../../lib/oci/layer-entry.ts'
import { layOver } from '../../lib/oci/lay-over.ts'
import { placeFiles, type WantedFile } from '../../lib/oci/place-files.ts'
import { resolvePath } from '../../lib/oci/resolve-path.ts'
import { emptyTree, type Tree } from '../../lib/oci/tree.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { sampleTree } from './support/sample-tree.ts'

const wanted = (path: string, more: { readonly uid?: number } = {}): WantedFile => ({ path, mode: 0o755, size: 0, async *open() {}, ...more })

const place = (tree: Tree, ...files: readonly WantedFile[]): readonly string[] => placeFiles(tree, files, 'the base').map(words)

function words(entry: LayerEntry): string {
  const { path, type, mode, uid, gid } = entry
  return `${path}${type === 'directory' ? '/' : ''} ${mode.toString(8)} ${uid}:${gid}${'link' in entry ? ` -> ${entry.link}` : ''}`
}

function refusal(act: () => unknown): ReleaseError {
  try {
    act()
  } catch (error) {
    if (error instanceof ReleaseError) return error
  }
  throw new Error('nothing was refused')
}

test('without a base all parents are made', () => {
  assert.equal(place(emptyTree, wanted('/usr/local/bin/app')), ['usr/ 755 0:0', 'usr/local/ 755 0:0', 'usr/local/bin/ 755 0:0', 'usr/local/bin/app 755 0:0'])
})

test('parents stay what they are in the base', async () => {
  const tree = await sampleTree({ name: 'srv', type: 'directory', mode: 0o2775, gid: 50 })
  assert.equal(place(tree, wanted('/srv/www/index', { uid: 5 })), ['srv/ 2775 0:50', 'srv/www/ 755 0:0', 'srv/www/index 755 5:0'])
})

test('files come to where links lead, and no link is hidden', async () => {
  const tree = await sampleTree('usr/bin/', 'bin -> usr/bin', 'usr/local -> /opt/local', 'out -> ../../..', 'lost -> data/lost')
  assert.equal(place(tree, wanted('/bin/app')), ['usr/ 755 0:0', 'usr/bin/ 755 0:0', 'usr/bin/app 755 0:0'])
  assert.equal(place(tree, wanted('/usr/local/bin/app')).at(-1), 'opt/local/bin/app 755 0:0')
  assert.equal(place(tree, wanted('/out/app')), ['app 755 0:0'])
  assert.equal(place(tree, wanted('/lost/app')), ['data/ 755 0:0', 'data/lost/ 755 0:0', 'data/lost/app 755 0:0'])
})

test('a file takes the place of a link or a file, a directory gives its mode to what is there', async () => {
  const tree = await sampleTree('usr/bin/', 'usr/bin/app -> other', 'run/', 'var/run -> /run', 'etc/file')
  assert.equal(place(tree, wanted('/usr/bin/app')).at(-1), 'usr/bin/app 755 0:0')
  assert.equal(place(tree, wanted('/etc/file')).at(-1), 'etc/file 755 0:0')
  assert.equal(place(tree, { path: '/var/run', type: 'directory', mode: 0o700, uid: 5, gid: 6 }), ['run/ 700 5:6'])
  assert.equal(place(tree, { path: '/var/run', type: 'symlink', mode: 0o777, link: 'elsewhere' }).at(-1), 'var/run 777 0:0 -> elsewhere')
  assert.equal(place(tree, { path: '/data', type: 'directory', mode: 0o700 }, wanted('/data/file')), ['data/ 700 0:0', 'data/file 755 0:0'])
})

test('what is in the way is told', async () => {
  const tree = await sampleTree('opt/app/', 'etc/passwd', 'loop -> loop')
  for (const [file, why] of [
    [wanted('/opt/app'), 'Cannot put /opt/app onto the base: /opt/app is a directory in it'],
    [wanted('/etc/passwd/x'), 'Cannot put /etc/passwd/x onto the base: /etc/passwd is a file'],
    [wanted('/loop/x'), 'Cannot put /loop/x onto the base: /loop is a link that leads round in a circle'],
    [{ path: '/etc/passwd', type: 'directory', mode: 0o755 }, 'Cannot put /etc/passwd onto the base: /etc/passwd is a file in it'],
  ] as const) {
    const error = refusal(() => placeFiles(tree, [file], 'the base'))
    assert.equal([error.code, error.message], ['IMAGE', why])
  }
})

test('a path has to be absolute and plain', () => {
  for (const path of ['', '/', 'app', './app', '/a/../b', '/a//b', '/a/', '/./a']) {
    const error = refusal(() => placeFiles(emptyTree, [wanted(path)], 'the base'))
    assert.equal([error.code, error.message], ['NAME', `Cannot put ${JSON.stringify(path)} into an image: it is no absolute path of a file`])
  }
})

const entries = placeFiles(emptyTree, [wanted('/usr/local/bin/app')], 'nothing')

for (const [members, why] of [
  [[], undefined],
  [['usr/local/bin/', 'bin -> usr/bin'], undefined],
  [['usr/local/bin/', 'usr/local/bin/app'], undefined],
  [['usr/local/bin/', 'usr/local/bin/app -> other'], undefined],
  [['usr/', 'usr/local -> ../opt'], '/usr/local: /usr/local is a link there'],
  [['usr/local/bin'], '/usr/local/bin: /usr/local/bin is a file there'],
  [['usr/local/bin/app/'], '/usr/local/bin/app: /usr/local/bin/app is a directory there'],
  [['usr/', { name: 'usr/local', type: 'directory', mode: 0o2775, gid: 50 }], '/usr/local: the directory /usr/local has other rights there'],
] as const) {
  test(`a layer for any base ${why ? 'does not fit' : 'fits'} onto ${JSON.stringify(members)}`, async () => {
    const problem = fitsOnto(await sampleTree(...members), entries, 'the base')
    const [path, reason] = why?.split(': ') ?? []
    assert.is(problem?.message, why && `Cannot lay ${path} over the base as it is: ${reason}`)
  })
}

test('a layer without parents fits only where they are', async () => {
  const [last] = entries.slice(-1) as [LayerEntry]
  assert.is(fitsOnto(emptyTree, [last], 'it')?.message, 'Cannot lay /usr/local/bin/app over it as it is: /usr is not there')
  assert.is(fitsOnto(await sampleTree('usr/local/bin/'), [last], 'it'), undefined)
  assert.is(fitsOnto(await sampleTree('usr -> x'), [last], 'it')?.message, 'Cannot lay /usr/local/bin/app over it as it is: /usr is a link there')
})

test('what is placed is where it was wanted, and hides nothing, whatever links there are', async () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
  const target = fc.array(fc.constantFrom('a', 'b', 'c', '..', ''), { minLength: 1, maxLength: 3 }).map(parts => parts.join('/') || '/')
  const member = fc.oneof(path.map(text => `${text}/`), path, fc.tuple(path, target).map(([from, to]) => `${from} -> ${to}`))
  await fc.assert(fc.asyncProperty(fc.array(member, { maxLength: 8 }), path, async (members, file) => {
    const tree = await sampleTree(...members).catch(() => undefined) // a circle
    if (!tree) return
    let placed: readonly LayerEntry[]
    try {
      placed = placeFiles(tree, [{ path: `/${file}`, mode: 0o4711, size: 0, async *open() {} }], 'the base')
    } catch {
      return
    }
    const own = placed.at(-1)?.path
    if (own !== file && own !== undefined && tree.entries.get(own)?.link !== undefined) return // a link that may lead to itself
    const after = await layOver(tree, placed)
    assert.is(resolvePath(after, file).entry?.mode, 0o4711)
    for (const [path, entry] of tree.entries) if (path !== own) assert.equal(after.entries.get(path), entry)
    assert.is(fitsOnto(tree, placed, 'the base'), undefined)
  }), { numRuns: 500 })
})

test.run()
