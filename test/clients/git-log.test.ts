import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { logOf, type LogRange } from '../../lib/clients/git/log.ts'
import { readCommits } from '../../lib/formats/commits.ts'
import { rejection } from '../formats/support/rejection.ts'
import { gitRepository, type GitRepository } from '../support/git-repository.ts'
import { merge, say } from '../support/history.ts'

interface Context {
  repository: GitRepository
}

const test = suite<Context>('git log')

test.before.each(async context => {
  context.repository = await gitRepository()
})
test.after.each(async ({ repository }) => repository.remove())

/** `#12 subject`, oldest first. */
async function changes(repository: GitRepository, range: Partial<LogRange> = {}): Promise<readonly string[]> {
  const { commits, touched } = await logOf(repository.exec, repository.folder, { until: await repository.git('rev-parse', 'HEAD'), ...range })
  return readCommits(commits, touched).map(({ subject, pullRequest }) => `${pullRequest === undefined ? '' : `#${pullRequest} `}${subject}`)
}

interface History {
  readonly what: string
  /** Makes it, after a first commit that is tagged v1.0.0. */
  readonly make: (repository: GitRepository) => Promise<unknown>
  readonly changes: readonly string[]
}

const histories: readonly History[] = [
  { what: 'nothing', make: async () => undefined, changes: [] },
  {
    what: 'one after the other, oldest first, without those to be melted into others',
    make: async repository => { for (const message of ['a', 'fix: b (#3)', 'fixup! a', 'squash! a']) await say(repository, message) }, changes: ['a', '#3 fix: b (#3)'],
  },
  {
    what: 'merges, which give their numbers to what they brought',
    make: async repository => {
      await merge(repository, 'Merge pull request #12 from ann/topic\n\nTitle', ['one', 'two (#4)'])
      await say(repository, 'between')
      await merge(repository, 'Merge branch \'topic\' into \'main\'\n\nTitle\n\nSee merge request group/project!5', ['three'])
      await merge(repository, 'Merge pull request \'Fix #3\' (#6) from ann/topic into main', ['four'])
      await merge(repository, 'Merged in topic (pull request #7)', ['five'])
      await merge(repository, 'Merge branch \'topic\'', ['six'])
    },
    changes: ['#12 one', '#4 two (#4)', 'between', '#5 three', '#6 four', '#7 five', 'six'],
  },
  {
    what: 'merges inside of merges, and of the line itself into a branch',
    make: async repository => {
      await repository.git('switch', '--quiet', '--create', 'feature')
      await say(repository, 'a')
      await merge(repository, 'Merge pull request #2 from ann/topic', ['b'])
      await repository.git('switch', '--quiet', 'main')
      await say(repository, 'c')
      await repository.git('switch', '--quiet', 'feature')
      await repository.git('merge', '--quiet', '--no-ff', '--message=Merge branch \'main\' into feature', 'main')
      await say(repository, 'd')
      await repository.git('switch', '--quiet', 'main')
      await repository.git('merge', '--quiet', '--no-ff', '--message=Merge pull request #9 from ann/feature', 'feature')
    },
    changes: ['#9 a', '#2 b', 'c', '#9 d'],
  },
  {
    what: 'commits that were taken back, and one that was taken back before',
    make: async repository => {
      await say(repository, 'kept')
      const gone = await say(repository, 'gone')
      await say(repository, `Revert "gone"\n\nThis reverts commit ${gone}.`)
      await say(repository, `Revert "older"\n\nThis reverts commit ${'1'.repeat(40)}.`)
      await say(repository, 'by its subject')
      await say(repository, 'Revert "by its subject"')
    },
    changes: ['kept', 'Revert "older"'],
  },
  {
    what: 'what was taken back and put there again',
    make: async repository => {
      const id = await say(repository, 'there')
      const back = await say(repository, `Revert "there"\n\nThis reverts commit ${id.slice(0, 10)}.`)
      await say(repository, `Reapply "there"\n\nThis reverts commit ${back}.`)
      const other = await say(repository, 'other')
      const first = await say(repository, `Revert "other"\n\nThis reverts commit ${other}.`)
      await say(repository, `Revert "Revert "other""\n\nThis reverts commit ${first}.`)
      await say(repository, `Revert "other"\n\nThis reverts commit ${other}.`)
    },
    changes: ['there'],
  },
  {
    what: 'requests that were taken back, and a merge',
    make: async repository => {
      await say(repository, 'feat: a (#21)')
      await say(repository, 'Revert "feat: a (#21)" (#22)\n\nReverts example/gateway#21')
      await merge(repository, 'Merge pull request #23 from ann/topic', ['one', 'two'])
      const merged = await repository.git('rev-parse', 'HEAD')
      await say(repository, `Revert "Merge pull request #23 from ann/topic"\n\nThis reverts commit ${merged}, reversing\nchanges made to ${'2'.repeat(40)}.`)
    },
    changes: [],
  },
  {
    what: 'one that does something else, too',
    make: async repository => {
      const id = await say(repository, 'perf: a faster parser')
      await say(repository, `fix: take the old parser\n\nThis reverts commit ${id}.`)
    },
    changes: ['fix: take the old parser'],
  },
  {
    what: 'copies',
    make: async repository => {
      const id = await say(repository, 'a')
      await say(repository, `a\n\n(cherry picked from commit ${id})`)
      await say(repository, `b\n\n(cherry picked from commit ${'3'.repeat(40)})`)
    },
    changes: ['a', 'b'],
  },
]
for (const history of histories) {
  test(`changes of a history: ${history.what}`, async ({ repository }) => {
    await say(repository, 'first')
    await repository.tag('v1.0.0')
    await history.make(repository)
    assert.equal(await changes(repository, { since: 'v1.0.0' }), history.changes)
    assert.equal(await changes(repository), ['first', ...history.changes])
  })
}

test('paths leave out what does not touch them, reverts and numbers are told of all', async ({ repository }) => {
  await say(repository, 'first', { files: { 'api/a': '1', 'b': '1' } })
  await repository.tag('api/v1.0.0', 'annotated')
  await repository.git('branch', 'api/v1.0.0')
  await say(repository, 'outside', { files: { 'b': '2' } })
  await say(repository, 'inside', { files: { 'api/a': '2' } })
  await merge(repository, 'Merge pull request #4 from ann/topic', ['inside too'], { files: { 'api/c': '1' } })
  await say(repository, 'there', { files: { 'api/d': '1' } })
  await say(repository, 'Revert "there"', { files: { 'api/d': '2' } })
  await say(repository, 'nowhere')
  const api = repository.at(join(repository.folder, 'api'))
  assert.equal(await changes(api, { since: 'api/v1.0.0', paths: ['.'] }), ['inside', '#4 inside too'])
  assert.equal(await changes(api, { since: 'api/v1.0.0', paths: ['../b'] }), ['outside'])
  assert.equal(await changes(api, { paths: ['.'] }), ['first', 'inside', '#4 inside too'])
})

test('names are those of .mailmap, co-authors too, whatever this machine says', async ({ repository }) => {
  await writeFile(repository.beside('other-names'), 'Wrong <wrong@example.com> <ann@example.com>\n')
  await repository.git('config', 'mailmap.file', repository.beside('other-names'))
  const range = { until: await say(repository, 'a\n\nCo-authored-by: B <bob@old.example>\nCo-authored-by: Ä <c@example.com>\nCo-authored-by: a <ANN@example.com>', { author: 'ann <ann@example.com>' }) }
  const people = async () => {
    const { commits, mailmap } = await logOf(repository.exec, repository.folder, range)
    return [readCommits(commits).flatMap(({ authors }) => authors.map(({ name, email }) => `${name} ${email}`)), mailmap]
  }
  assert.equal(await people(), [['ann ann@example.com', 'B bob@old.example', 'Ä c@example.com'], undefined])
  await repository.write({ '.mailmap': 'Ann Lee <ann@example.com>\nBob <bob@example.com> <bob@old.example>\n' })
  assert.equal(await people(), [['Ann Lee ann@example.com', 'Bob bob@example.com', 'Ä c@example.com'], join(repository.folder, '.mailmap')])
})

test('messages in other encodings, and configuration that changes what git prints', async ({ repository }) => {
  await repository.git('config', 'i18n.logOutputEncoding', 'ISO-8859-1')
  await repository.git('config', 'log.follow', 'true')
  await repository.git('config', 'log.date', 'relative')
  await repository.git('config', 'color.ui', 'always')
  await writeFile(repository.beside('message'), Buffer.from('Gr\xfc\xdfe\n', 'latin1'))
  await repository.git('-c', 'i18n.commitEncoding=ISO-8859-1', 'commit', '--quiet', '--allow-empty', `--file=${repository.beside('message')}`)
  await say(repository, 'Ünïcode ✓')
  const { commits } = await logOf(repository.exec, repository.folder, { until: 'HEAD' })
  assert.equal(commits.map(({ message, date }) => [message.trim(), date]), [['Ünïcode ✓', '2026-11-21T08:51:00Z'], ['Grüße', '2026-11-21T08:51:00Z']])
})

test('a shallow clone says when its history ends too early', async ({ repository }) => {
  for (const message of ['a', 'b', 'c']) await say(repository, message)
  await repository.tag('v1.0.0')
  for (const message of ['d', 'e']) await say(repository, message)
  const clone = async (depth: number): Promise<GitRepository> => {
    const name = repository.beside(`clone-${depth}`)
    await repository.git('clone', '--quiet', `--depth=${depth}`, `file://${repository.folder}`, name)
    return repository.at(name)
  }
  const until = await repository.git('rev-parse', 'HEAD')
  const [near, far] = [await clone(2), await clone(4)]
  assert.is((await logOf(near.exec, near.folder, { until })).cut, true)
  assert.is((await logOf(far.exec, far.folder, { until, since: 'v1.0.0' })).cut, false)
  assert.is((await logOf(far.exec, far.folder, { until })).cut, true)
  assert.is((await logOf(repository.exec, repository.folder, { until })).cut, false)
})

test('a tag that is not there is an error, and so is what looks like an option', async ({ repository }) => {
  await say(repository, 'a')
  for (const since of ['v0.9.0', '--all', '-1']) {
    const { code, message, hint } = await rejection(logOf(repository.exec, repository.folder, { until: 'HEAD', since }))
    assert.equal([code, message], ['GIT', `Cannot tell what is new since ${since}: there is no such tag or commit here`])
    assert.match(hint ?? '', /git fetch --tags/)
  }
})

test.run()
