import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hubAnnotations } from '../../lib/formats/chart/artifact-hub.ts'
import type { Person } from '../../lib/formats/commits-types.ts'
import { changeLinks } from '../../lib/formats/release-notes-links.ts'
import { changelogSection } from '../../lib/formats/release-notes-section.ts'
import { hubChanges, notedChanges, plainNotes, releaseNotesText } from '../../lib/formats/release-notes.ts'
import type { NotedChanges, Wording } from '../../lib/formats/release-notes-types.ts'
import { golden } from './support/golden.ts'
import { ann, bob, bot, commitsOf } from './support/sample-commits.ts'

const links = changeLinks('https://github.com/example/gateway')
const version = { version: '1.2.0', tag: 'v1.2.0', previous: 'v1.1.0' }

const noted = (messages: Parameters<typeof commitsOf>[0], wording: Wording = { links }): NotedChanges => notedChanges(commitsOf(messages), version, wording)
const titles = ({ groups }: NotedChanges): readonly string[] => groups.map(({ title, changes }) => `${title}: ${changes.map(({ description }) => description).join(' | ')}`)

const everything = noted([
  ['feat(api): add a timeout (#12)', ann], ['fix: close `conn` once', bob, ann], ['feat!: listen on an address\n\nBREAKING CHANGE: --listen took a port before', ann],
  ['Plain words from @example/team (#14)', bob], ['chore: tidy', bob], ['docs: say more', bob], ['build(deps): bump x/y from 1.0.0 to 1.1.0 (#15)', bot], ['chore(deps-dev): bump z', bot],
  ['perf(cache): hash less', ann], ['security: check every header', bob], ['fix(security): compare in constant time', bob], ['deprecate: the flag -p', bob], ['remove: version 1 of the API', bob],
  [`Revert "feat: old" (#16)\n\nThis reverts commit ${'f'.repeat(40)}.`, bob], ['Release v1.2.0', bob], ['refactor(api)!: rename a field', bob], ['Bump golang from 1.24 to 1.25', bot],
])

test('commits stand under what they are, what breaks first, in a golden file', async () => {
  const texts = {
    'release notes': releaseNotesText(everything, { header: 'Made with care.\r\n', footer: '\nThe end.' }), 'section of CHANGELOG.md': changelogSection(everything, { version: '1.2.0', date: '2026-11-21T08:51:00Z' }),
    'message of a tag': plainNotes(everything), 'annotation of a chart': hubAnnotations({ changes: hubChanges(everything) })['artifacthub.io/changes'] ?? '',
  }
  await golden('release-notes.txt', Buffer.from(Object.entries(texts).map(([name, text]) => `════ ${name}\n${text}`).join('')))
})

test('the same commits give the same text, and what changes nothing for users says so', () => {
  const none = noted(['chore: a', 'ci: b', 'test: c', 'style: d', 'refactor: e', 'docs: f', 'build: g', 'v1.2.0'])
  assert.equal(none.groups, [])
  assert.is(releaseNotesText(none), 'No notable changes.\n\n[All changes since v1.1.0](https://github.com/example/gateway/compare/v1.1.0...v1.2.0)\n')
  assert.is(releaseNotesText(noted([], {})), 'No notable changes.\n')
  assert.is(plainNotes(none), 'No notable changes.\n')
  assert.is(changelogSection(none, { version: '1.2.0', date: '2026-11-21' }), '## [1.2.0](https://github.com/example/gateway/compare/v1.1.0...v1.2.0) - 2026-11-21\n\nNo notable changes.\n')
  assert.equal(hubChanges(none), [])
})

test('people are named where there are several, robots never', () => {
  assert.is(noted(['a', 'b']).groups[0]?.changes[0]?.text, 'a ([`10101010`](https://github.com/example/gateway/commit/1010101010101010101010101010101010101010))')
  const text = ([author, ...others]: readonly [Person, ...Person[]]): string | undefined =>
    noted([['a (#1)', author, ...others], ['b', { name: 'Other', email: 'other@example.com' }]]).groups[0]?.changes[0]?.text.replace(/^a \(.*?\)\)/, 'a')
  assert.is(text([ann]), 'a by [@ann](https://github.com/ann)')
  assert.is(text([bob, ann, { name: 'C*d', email: 'c@d' }]), 'a by Bob, [@ann](https://github.com/ann) and C\\*d')
  assert.is(text([bot]), 'a')
  assert.is(noted([['a (#1)', bot], 'b (#2)'], {}).groups[0]?.changes[1]?.text, 'b (#2)')
  assert.is(text([bot, bob]), 'a by Bob')
})

const addresses: readonly (readonly [repository: string, commit: string, request: string, compare: string | undefined])[] = [
  ['https://github.com/a/b', 'https://github.com/a/b/commit/1', 'https://github.com/a/b/pull/2', 'https://github.com/a/b/compare/api/v1...v2%2Bx'],
  ['https://gitlab.com/a/b/', 'https://gitlab.com/a/b/-/commit/1', 'https://gitlab.com/a/b/-/merge_requests/2', 'https://gitlab.com/a/b/-/compare/api/v1...v2%2Bx'],
  ['https://gitlab.example.com/a/b', 'https://gitlab.example.com/a/b/-/commit/1', 'https://gitlab.example.com/a/b/-/merge_requests/2', 'https://gitlab.example.com/a/b/-/compare/api/v1...v2%2Bx'],
  ['https://codeberg.org/a/b', 'https://codeberg.org/a/b/commit/1', 'https://codeberg.org/a/b/pulls/2', 'https://codeberg.org/a/b/compare/api/v1...v2%2Bx'],
  ['https://bitbucket.org/a/b', 'https://bitbucket.org/a/b/commits/1', 'https://bitbucket.org/a/b/pull-requests/2', undefined],
  ['https://git.example.com/a/b', 'https://git.example.com/a/b/commit/1', 'https://git.example.com/a/b/pull/2', 'https://git.example.com/a/b/compare/api/v1...v2%2Bx'],
]
for (const [repository, commit, request, compare] of addresses) {
  test(`pages of ${repository}`, () => {
    const made = changeLinks(repository)
    assert.equal([made.commit?.('1'), made.pullRequest?.(2), made.compare?.('api/v1', 'v2+x')], [commit, request, compare])
    const { hostname, origin } = new URL(repository)
    assert.is(made.author?.({ name: 'Ann', email: `12-ann@users.noreply.${hostname}` }), `${origin}/ann`)
    assert.is(made.author?.({ name: 'Ann', email: 'ann@users.noreply.elsewhere.example' }), undefined)
  })
}
test('without a repository there are no links', () => {
  assert.equal([changeLinks(undefined), changeLinks('git.example.com/a')], [{}, {}])
  assert.equal(noted(['a (#1)', 'b'], {}).groups[0]?.changes.map(({ text, links: leads }) => [text, leads]), [['a (#1)', []], ['b', []]])
})

test('a project groups and words as it likes', () => {
  const wording: Wording = {
    links: { ...links, pullRequest: number => `https://review.example/(${number})` },
    group: (commit, usual) => commit.scope === 'ui' ? { title: 'Front end', order: 1 } : commit.subject.startsWith('WIP') ? undefined : usual && { ...usual, title: usual.title.toUpperCase() },
    line: ({ description, type }, usual) => type === 'perf' ? '' : description === 'worded' ? '**Worded** [here](https://a.example)\r\nover two lines' : usual,
  }
  const changes = noted(['fix(ui): a (#3)', 'WIP b', 'feat: worded', 'perf: c', 'feat: d'], wording)
  assert.equal(titles(changes), ['Front end: ui: a', 'FEATURES: Worded here over two lines | d'])
  assert.is(releaseNotesText(changes).replace(/\n\n\[All.*/s, ''), '## Front end\n\n- **ui:** a ([#3](https://review.example/%283%29))\n\n## FEATURES\n\n- **Worded** [here](https://a.example)\n  over two lines\n- d ([`14141414`](https://github.com/example/gateway/commit/1414141414141414141414141414141414141414))')
  assert.equal(hubChanges(changes)[1], { kind: 'added', description: 'Worded here over two lines', links: [{ name: 'here', url: 'https://a.example' }] })
  assert.equal(changelogSection(changes, { version: '1.2.0', date: '2026-11-21' }).match(/^### .*/gm), ['### Front end', '### FEATURES'])
})

test('groups of one order stand by their names, one title is one group at its lowest order', () => {
  const order: Readonly<Record<string, readonly [string, number]>> = { a: ['B', 2], b: ['A', 2], c: ['C', 3], d: ['C', 1] }
  const changes = noted(['a', 'b', 'c', 'd'], { group: ({ description }) => { const [title = '', place = 0] = order[description] ?? []; return { title, order: place } } })
  assert.equal(titles(changes), ['C: c | d', 'A: b', 'B: a'])
})

test('more than a page takes is counted', () => {
  const many = noted(Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(200)}`), {})
  const text = releaseNotesText(many)
  const [, more] = /And (\d+) more\.\n$/.exec(text) ?? []
  assert.ok(text.length < 101_000 && text.length > 99_000, `${text.length}`)
  assert.is(text.split('\n- ').length - 1 + Number(more), 3000)
})

test.run()
