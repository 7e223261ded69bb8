import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReleaseError } from '../../lib/values/errors.ts'
import { mirrorsOf } from '../../lib/values/mirrors.ts'

test('mirrors of the variable go before those of build.ts, each in its order', () => {
  assert.equal(mirrorsOf({ 'docker.io': ['one.example', 'two.example'], 'gcr.io': 'three.example' }, 'docker.io=127.0.0.1:5000, quay.io=q.example,docker.io=other.example'), {
    'docker.io': ['127.0.0.1:5000', 'other.example', 'one.example', 'two.example'], 'quay.io': ['q.example'], 'gcr.io': ['three.example'],
  })
})

test('nothing said is no mirrors', () => {
  assert.equal(mirrorsOf(), {})
  assert.equal(mirrorsOf(undefined, ' '), {})
})

for (const text of ['docker.io', 'docker.io=', '=x', 'docker.io=a=b']) {
  test(`refused: ${text}`, () => {
    assert.throws(() => mirrorsOf({}, text), (error: unknown) =>
      error instanceof ReleaseError && error.code === 'USAGE' && error.message.includes(JSON.stringify(text)))
  })
}

test.run()
