import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { goCacheEntry, goCacheFile, goCachePath, goSubkey } from '../../lib/formats/go-cache-entry.ts'

const [action, output] = ['ab'.repeat(32), 'cd'.repeat(32)]
const text = (size = '12', time = '1700000000000000000'): string => `v1 ${action} ${output} ${size.padStart(20)} ${time.padStart(20)}\n`

test('an entry is read as Go writes it', () => {
  assert.is(text().length, 175)
  assert.equal(goCacheEntry(text()), { action, output, size: 12 })
})

test('what Go would not take is none', () => {
  for (const wrong of ['', text().slice(1), `${text()} `, text().replace('v1', 'v2'), text('-1'), text('1'.repeat(20)), text().toUpperCase(), text().replace('\n', '')]) {
    assert.is(goCacheEntry(wrong), undefined, wrong)
  }
})

test('a path is a file of the cache only in the folder of its id', () => {
  assert.is(goCachePath(action, 'a'), `ab/${action}-a`)
  assert.equal(goCacheFile(`ab/${action}-a`), { id: action, kind: 'a' })
  assert.equal(goCacheFile(`cd/${output}-d`), { id: output, kind: 'd' })
  for (const path of [`cd/${action}-a`, `ab/${action}-x`, `../ab/${action}-a`, `/ab/${action}-a`, `ab/../ab/${action}-a`, `ab/${action}-a/x`, 'trim.txt', `ab/${action}-a\n`]) {
    assert.is(goCacheFile(path), undefined, path)
  }
})

test('what is kept beside a result has an id of its own', () => {
  // printf 'subkey:' and the action's bytes and 'stdout', through sha256sum.
  assert.is(goSubkey('00'.repeat(32), 'stdout'), '09faffe22b4d61ac89ebe94e1e8f3e2d2c67ae653cc00b87d9a1fee1584f20f4')
})

test.run()
