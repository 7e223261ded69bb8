import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dependenciesIn, goActions } from '../../lib/formats/go-action-graph.ts'

const graph = JSON.stringify([
  { ID: 0, Mode: 'link-install', Package: 'example.com/app' },
  { ID: 1, Mode: 'link', Package: 'example.com/app', ActionID: 'AAAAAAAAAAAAAAAAAAAA' },
  { ID: 2, Mode: 'build', Package: 'example.com/app', ActionID: 'AAAAAAAAAAAAAAAAAAAB' },
  { ID: 3, Mode: 'build', Package: 'fmt', ActionID: '____________________' },
  { ID: 4, Mode: 'preprocess PGO profile', ActionID: 'AAAAAAAAAAAAAAAAAAAC' },
  { ID: 5, Mode: 'nop' },
])

test('actions are known by the beginning of their ids', () => {
  assert.equal(goActions(graph).find(one => one.package === 'fmt'), { mode: 'build', package: 'fmt', id: 'f'.repeat(30) })
  assert.is(goActions(graph).length, 4)
})

test('the main package and the link are nothing that is used again', () => {
  assert.equal(dependenciesIn(goActions(graph)).map(({ mode }) => mode), ['build', 'preprocess PGO profile'])
})

test('what is no graph has no actions', () => {
  for (const text of ['', '{}', 'null', '[null]', '[{"Mode":1,"ActionID":"AAAAAAAAAAAAAAAAAAAA"}]', '[{"Mode":"build","ActionID":"short"}]', '[{"Mode":"build","ActionID":"AAAAAAAAAAAAAAAAAA/A"}]']) {
    assert.equal(goActions(text), [], text)
  }
})

test.run()
