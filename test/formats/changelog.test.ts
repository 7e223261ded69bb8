import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { changesOf, type Change } from '../../lib/formats/changelog.ts'

const repository = 'https://git.example/example/gateway'

const kept = `# Changelog
All notable changes to this project will be documented in this file.

## [Unreleased]
### Added
- Something for later

## [0.0.2] - 2026-11-21
### Added
- Health checks for
  containers without a shell (#12)
- Ports:
  - one for requests
  - one for
    metrics, see \`#9\`
* **Breaking:** \`--listen\` takes [an address](https://docs.example/listen "How"), see [#3] and [the guide][Guide].

  It used to take a port.
### Fixed
1. A crash, <https://git.example/example/gateway/pull/7>
2. Another, https://git.example/example/gateway/issues/8.

### Security
+ _All_ requests are checked
### Deprecated
- \`-p\`
### Removed
- Old things

## [v0.0.1] - 2026-01-01 [YANKED]
- First

## 0.0.0
It began.
And went on.

[unreleased]: https://git.example/example/gateway/compare/v0.0.2...HEAD
[0.0.2]: https://git.example/example/gateway/compare/v0.0.1...v0.0.2
[guide]: https://docs.example/guide
`

const described = (text: string, version: string): readonly string[] | undefined => changesOf(text, version)?.map(({ kind, description }) => `${kind}: ${description}`)

test('a version\'s section is read as Keep a Changelog writes it', () => {
  const expected: readonly Change[] = [
    { kind: 'added', description: 'Health checks for containers without a shell (#12)', links: [{ name: '#12', url: `${repository}/issues/12` }] },
    { kind: 'added', description: 'Ports: one for requests; one for metrics, see `#9`', links: [] },
    {
      kind: 'added', description: 'Breaking: `--listen` takes an address, see #3 and the guide. It used to take a port.',
      links: [{ name: 'an address', url: 'https://docs.example/listen' }, { name: '#3', url: `${repository}/issues/3` }, { name: 'the guide', url: 'https://docs.example/guide' }],
    },
    { kind: 'fixed', description: 'A crash, https://git.example/example/gateway/pull/7', links: [{ name: '#7', url: 'https://git.example/example/gateway/pull/7' }] },
    { kind: 'fixed', description: 'Another, https://git.example/example/gateway/issues/8.', links: [{ name: '#8', url: 'https://git.example/example/gateway/issues/8' }] },
    { kind: 'security', description: 'All requests are checked', links: [] },
    { kind: 'deprecated', description: '`-p`', links: [] },
    { kind: 'removed', description: 'Old things', links: [] },
  ]
  assert.equal(changesOf(kept, '0.0.2', { repository }), expected)
  assert.equal(changesOf(kept.replaceAll('\n', '\r\n'), 'v0.0.2', { repository }), expected)
  assert.equal(changesOf(kept, '0.0.2')?.[0]?.links, [])
})

test('a candidate or a snapshot takes its own section, that of its version, or what is not released; a stable version only its own', () => {
  assert.equal(described(kept, '0.0.1'), ['changed: First'])
  assert.equal(described(kept, '0.0.1+build.5'), ['changed: First'])
  assert.equal(described(kept, '0.0.1-rc.1'), ['changed: First'])
  for (const version of ['0.0.3-rc.1', '0.0.3-0.20261121085100.gabcdef', '1.0.0-alpha']) assert.equal(described(kept, version), ['added: Something for later'], version)
  assert.is(changesOf(kept, '0.0.3'), undefined)
  assert.equal(described(kept, '0.0.0'), ['changed: It began. And went on.'])
  const candidate = kept.replace('## [0.0.2]', '## [0.0.2-rc.1]\n- Try it\n## [0.0.2-rc.10]\n## [0.0.2]')
  assert.equal(described(candidate, '0.0.2-rc.1'), ['changed: Try it'])
  assert.is(described(candidate, '0.0.2-rc.10')?.length, 8, 'an empty section says nothing')
  assert.is(described(candidate, '0.0.2')?.length, 8)
})

test('nothing found is undefined', () => {
  for (const text of ['', '\n', '# Changelog', '## [1.0.0]\n', '## [1.0.0]\n### Added\n', '## 1.0.0-rc.1\n- x', '## 1.0.00\n- x', '## 11.0.0\n- x', '## Upgrade from 1.0.0\n- x']) {
    assert.is(changesOf(text, '1.0.0'), undefined, text)
  }
})

const headings: readonly string[] = [
  '## [1.0.0] - 2026-11-21', '## 1.0.0', '## v1.0.0', '## [v1.0.0]', '# 1.0.0 / 2026-11-21', '## Version 1.0.0', '## Release v1.0.0 (today)', '### [1.0.0](https://git.example/x) (2026-11-21)',
  '## **1.0.0**', '## `1.0.0`', '## 1.0.0 ##', '1.0.0\n=====', '[1.0.0] - 2026-11-21\n---', '## [1.0.0+build.1]',
]
for (const heading of headings) {
  test(`${JSON.stringify(heading)} is the heading of 1.0.0`, () => {
    const text = `# Changelog\n\n## 2.0.0\n- Newer\n\n${heading}\n\n- Here\n\n## 0.9.0\n- Older\n`
    assert.equal(described(text, heading.includes('+') ? '1.0.0+build.1' : '1.0.0'), ['changed: Here'])
  })
}

test('headings of other tools are understood, as high as that of a patch too', () => {
  const text = '### [1.0.1](https://x.example) (2026-11-21)\n\n\n### Features\n\n* **api:** New ([abc](https://x.example/abc)), closes [#4](https://x.example/4)\n\n### Bug Fixes\n* Mended\n\n### Upgrading\n* Not this\n'
  assert.equal(changesOf(text, '1.0.1'), [
    { kind: 'added', description: 'api: New (abc), closes #4', links: [{ name: 'abc', url: 'https://x.example/abc' }, { name: '#4', url: 'https://x.example/4' }] },
    { kind: 'fixed', description: 'Mended', links: [] },
  ])
})

test('code and comments are no text: what looks like a heading or an item in them is none', () => {
  const text = '## 1.0.0\n- Before\n  ```md\n## 2.0.0\n- not an item\n  ```\n  and after\n<!-- ## 3.0.0\n- hidden\n-->\n- Escapes `<!--` too\n- ~~~\n  ## 4.0.0\n  ~~~\n- Last <!-- not said --> one\n\n````\n```\n## 5.0.0\n````\n- Really\n'
  assert.equal(described(text, '1.0.0'), ['changed: Before and after', 'changed: Escapes `<!--` too', 'changed: Last one', 'changed: Really'])
  for (const version of ['2.0.0', '3.0.0', '4.0.0', '5.0.0']) assert.is(changesOf(text, version), undefined)
})

const marked: readonly (readonly [markdown: string, plain: string, links?: readonly string[]])[] = [
  ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'], ['**a** __b__ *c* _d_ ***e***', 'a b c d e'], ['\\*not\\*', '*not*'], ['`a *b* _c_` and ``x`y``', '`a *b* _c_` and ``x`y``'],
  ['an unclosed ` tick *yes*', 'an unclosed ` tick yes'], ['[x] and [y] stay', '[x] and [y] stay'], ['![logo](https://a.example/l.png) here', 'logo here', []],
  ['[a_b](https://a.example/x_(y)_z)', 'a_b', ['https://a.example/x_(y)_z']], ['[mail](mailto:a@example.com)', 'mail', []], ['see https://a.example/a_b_c.', 'see https://a.example/a_b_c.', ['https://a.example/a_b_c']],
  ['!5 and #6, a#7, &#8; c/#9 #10x', '!5 and #6, a#7, &#8; c/#9 #10x', [`${repository}/issues/6`]], ['#6 #6 [#6]', '#6 #6 #6', [`${repository}/issues/6`]],
]
for (const [markdown, plain, urls = []] of marked) {
  test(`${markdown} is plain text`, () => {
    const [change] = changesOf(`## 1.0.0\n- ${markdown}\n`, '1.0.0', { repository }) ?? []
    assert.is(change?.description, plain)
    assert.equal(change?.links.map(({ url }) => url), urls)
  })
}

test('issues and requests of GitLab have addresses of their own', () => {
  const [change] = changesOf('## 1.0.0\n- A #1 !2\n', '1.0.0', { repository: 'https://gitlab.com/a/b' }) ?? []
  assert.equal(change?.links.map(({ url }) => url), ['https://gitlab.com/a/b/-/issues/1', 'https://gitlab.com/a/b/-/merge_requests/2'])
})

test('any text is read, and what is found are whole lines without control characters of its own', () => {
  const line = fc.string({ unit: fc.constantFrom('#', ' ', '-', '`', '[', ']', '(', ')', '*', '_', '1.0.0', 'a', '~~~', '<!--', '-->', '\t', '!', ':', 'https://a.example', '\0') })
  fc.assert(fc.property(fc.array(line, { maxLength: 20 }), lines => {
    for (const { description, links } of changesOf(`## 1.0.0\n${lines.join('\n')}`, '1.0.0', { repository }) ?? []) {
      assert.match(description, /^\S(?:.*\S)?$/s)
      assert.not.match(description, /[\0\n]/)
      for (const { name, url } of links) assert.ok(name !== '' && URL.canParse(url))
    }
  }), { numRuns: 500 })
})

test('text made to take long takes a moment', () => {
  for (const piece of ['`', '[', '![', '**a', '_a', '<!--', '(', '[a](', '`` ` ', '#1', '- ', '\t- a\n', 'a\n', '### ', '~~~\n', '[a]: b\n']) {
    assert.ok(changesOf(`## 1.0.0\n- a ${piece.repeat(200_000 / piece.length)}\n`, '1.0.0', { repository }))
  }
})

test.run()
