import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { test } from 'uvu'
import { needs } from '../support/needs.ts'
import { gh } from './support/gh.ts'
import { withGithub, writer, reader } from './support/github-fixture.ts'

needs('gh')('gh lists, shows and downloads releases', () => withGithub({}, async github => {
  const { data: { id } } = await github.ask('POST', '/repos/example/gateway/releases', { token: writer, body: { tag_name: 'v1.2.3', name: 'One', body: 'What is new', draft: true } })
  await github.upload(id, 'a.txt', 'hello')
  await github.upload(id, 'b.txt', 'there')
  assert.match(await gh(github, writer, 'release', 'list'), /^One\tDraft\tv1\.2\.3\t/)
  assert.match(await gh(github, writer, 'release', 'view', 'v1.2.3'), /draft:\ttrue\n[^]*asset:\ta\.txt\nasset:\tb\.txt/)
  assert.is(await gh(github, reader, 'release', 'list'), '')
  await github.ask('PATCH', `/repos/example/gateway/releases/${id}`, { token: writer, body: { draft: false } })
  assert.match(await gh(github, reader, 'release', 'list'), /^One\tLatest\tv1\.2\.3\t/)
  assert.match(await gh(github, reader, 'release', 'view', 'v1.2.3'), /url:\thttp:\/\/github\.localhost\/example\/gateway\/releases\/tag\/v1\.2\.3\n[^]*What is new/)
  const folder = await mkdtemp(join(tmpdir(), 'gh-'))
  await gh(github, reader, 'release', 'download', 'v1.2.3', '-D', folder)
  assert.equal([await readFile(join(folder, 'a.txt'), 'utf8'), await readFile(join(folder, 'b.txt'), 'utf8')], ['hello', 'there'])
  await rm(folder, { recursive: true })
  assert.equal([github.leaks, github.mistakes], [[], []])
}))

test.run()
