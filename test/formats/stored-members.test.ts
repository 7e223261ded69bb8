import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { storedMembers } from '../../lib/formats/stored-members.ts'
import { zip } from '../../lib/formats/zip.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { needs } from '../support/needs.ts'
import { collect } from './support/collect.ts'
import { memoryEntry } from './support/memory-entry.ts'
import { pythonZip } from './support/python-zip.ts'

function refusal(bytes: Uint8Array): ReleaseError {
  try {
    storedMembers(bytes, 'the zip')
  } catch (error) {
    if (error instanceof ReleaseError) return error
  }
  throw new Error('nothing was refused')
}

needs('python3')('files that are stored come out, directories and comments do not', async () => {
  const bytes = await pythonZip(`
z.writestr('Europe/', ''); z.writestr('Europe/Rome', b'TZif' + b'x' * 100000); z.writestr('UTC', b''); z.comment = b'PK\\x05\\x06 ' * 20`)
  assert.equal(storedMembers(bytes, 'the zip').map(({ name, bytes }) => [name, bytes.length]), [['Europe/Rome', 100004], ['UTC', 0]])
})

needs('python3')('damaged bytes, cut-off files and compression are told', async () => {
  const whole = await pythonZip("z.writestr('UTC', b'TZif2')")
  const damaged = Buffer.from(whole)
  damaged.write('X', whole.indexOf('TZif2'))
  assert.equal([refusal(damaged).code, refusal(damaged).message], ['CONTENT', 'Cannot read the zip: UTC in it is damaged'])
  assert.is(refusal(whole.subarray(0, -1)).message, 'Cannot read the zip: it is no zip')
  assert.is(refusal(Buffer.alloc(0)).message, 'Cannot read the zip: it is no zip')
  for (let cut = 1; cut < whole.length - 22; cut += 1) assert.is(refusal(whole.subarray(cut)).code, 'CONTENT')
  const deflated = await collect(zip([memoryEntry('a', 'text'.repeat(99))], { time: new Date(0) }))
  assert.is(refusal(deflated).message, 'Cannot read the zip: a in it is compressed')
})

test.run()
