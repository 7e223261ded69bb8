import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript, hostTarget } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { namesIn, removeWorkplaces, type RunRecord, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

const script = buildScript({
  targets: `['${hostTarget}']`, pack: "files: ['**/*.json']",
  goals: "elsewhere: ['archives', publish(send(directory('made/other'), archives))], lint: ['nothing', async () => {}],",
})

test('what any goal writes is read by none, where it stands and where --out once put it', async () => {
  const place = await workplace({ ...hello, 'build.ts': script })
  const first = await place.build(['elsewhere'])
  assert.is(first.code, 0, first.stderr)
  assert.equal((await namesIn(join(place.folder, 'made/other'))).filter(name => name.endsWith('.json')), ['release.json'])
  for (const args of [['elsewhere'], ['release'], ['release', '--out', 'third'], ['elsewhere', '--out', 'third']]) {
    const { code, stderr } = await place.build(args)
    assert.is(code, 0, stderr)
    const file = args.includes('--out') ? 'third.run.json' : 'dist.run.json'
    const { steps } = JSON.parse(await readFile(join(place.folder, file), 'utf8')) as RunRecord
    assert.is(steps.find(({ kind }) => kind === 'archive')?.state, 'cached', args.join(' '))
  }
})

test('what any goal writes makes no snapshot of a release that is committed with it', async () => {
  const place = await workplace({ ...hello, 'build.ts': script })
  assert.is((await place.build(['elsewhere'])).code, 0)
  await place.repository.commit()
  await place.repository.tag('v1.2.4')
  for (let times = 0; times < 2; times += 1) {
    const { code, stderr } = await place.build(['elsewhere'])
    assert.is(code, 0, stderr)
    assert.not.match(stderr, /notice|snapshot/i)
    assert.is((await place.record()).version, '1.2.4')
  }
})

test.run()
