import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { digestsIn } from './support/tree-state.ts'
import { namesIn, removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

const project = { ...hello, 'build.ts': buildScript() }

/** What a release has printed when it is killed: from its first sign of life to the moment in which dist/ is made. */
const moments = [
  'binary hello', 'files README.md: made', ': made in', 'archive hello', '.zip: made', 'checksums',
  'publish directory dist ...',
]

async function finishes(place: Workplace): Promise<Readonly<Record<string, string>>> {
  const { code, stderr } = await place.build(['release'])
  assert.is(code, 0, stderr)
  return digestsIn(place.dist)
}

/** Kills a release with SIGKILL when it has printed something. */
async function killAt(place: Workplace, moment: string): Promise<void> {
  const run = place.begin(['release'])
  await run.printed(moment).catch(() => undefined)   // what the cache has is not made
  run.child.kill('SIGKILL')
  const { signal, code } = await run.ended
  assert.ok(signal === 'SIGKILL' || code === 0, `ended with ${code}`)
}

async function requireNothingTemporary(place: Workplace): Promise<void> {
  assert.equal(await namesIn(join(place.cache, 'tmp')), [])
  const expected = ['.git', 'README.md', 'build.ts', 'dist', 'dist.run.json', 'go.mod', 'main.go', 'package.json']
  assert.equal(await namesIn(place.folder), expected)
}

interface Released {
  readonly artifacts: readonly { readonly name: string, readonly digest: string }[]
}

/** The files that a folder's own release.json names, by digest; a folder that is not there has none. */
async function wholeOrAbsent(folder: string): Promise<void> {
  const names = await namesIn(folder)
  if (names.length === 0) return
  const { artifacts } = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as Released
  const { 'release.json': _record, ...files } = await digestsIn(folder)
  assert.equal(files, Object.fromEntries(artifacts.map(({ name, digest }) => [name, digest.slice('sha256:'.length)])))
}

let undisturbed: Readonly<Record<string, string>> = {}
test.before(async () => {
  undisturbed = await finishes(await workplace(project))
  await removeWorkplaces()
})

for (const moment of moments) {
  test(`killed at "${moment}", the next release finishes with the same bytes`, async () => {
    const place = await workplace(project)
    await killAt(place, moment)
    await wholeOrAbsent(place.dist)
    const after = await finishes(place)
    await requireNothingTemporary(place)
    assert.equal(after, undisturbed)
  })
}

test('killed again and again, each time a little later, over a former release', async () => {
  const place = await workplace(project)
  const former = await finishes(place)
  await place.repository.commit({ 'README.md': '# changed\n', 'main.go': `${hello['main.go']}\n// changed\n` })
  await place.repository.tag('v1.2.4')
  for (const moment of moments) {
    await killAt(place, moment)
    await wholeOrAbsent(place.dist)
  }
  const after = await finishes(place)
  await requireNothingTemporary(place)
  assert.is.not(JSON.stringify(after), JSON.stringify(former))
  assert.ok(Object.keys(after).every(name => name.includes('1.2.4') || name === 'release.json'))
})

test('two releases at once share a cache, and both are right', async () => {
  const place = await workplace(project)
  const both = await Promise.all(['one', 'two'].map(out => place.build(['release', '--out', join('out', out, 'dist')])))
  for (const { code, stderr } of both) assert.is(code, 0, stderr)
  const [one, two] = await Promise.all(['one', 'two'].map(out => digestsIn(join(place.folder, 'out', out, 'dist'))))
  assert.equal(one, two)
  assert.equal(await namesIn(join(place.cache, 'tmp')), [])
  assert.equal(await finishes(place), one)
  assert.equal((await place.record()).counts, { cached: 6, made: 4 })
})

test.run()
