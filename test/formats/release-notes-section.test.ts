import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { changesOf } from '../../lib/formats/changelog.ts'
import { changelogSections } from '../../lib/formats/changelog-sections.ts'
import { notedChanges } from '../../lib/formats/release-notes.ts'
import { changelogSection, insertSection } from '../../lib/formats/release-notes-section.ts'
import { commitsOf } from './support/sample-commits.ts'

const noted = notedChanges(commitsOf(['feat: a (#1)', 'fix!: b\n\nBREAKING CHANGE: c is d', 'e_f']), { version: '1.2.0' })
const sectionOf = (version: string): string => changelogSection(noted, { version, date: '2026-11-21T08:51:00Z' })
const section = sectionOf('1.2.0')
const own = '## [1.2.0] - 2026-11-21\n\n### Added\n\n- a (#1)\n\n### Changed\n\n- **Breaking:** b\n  c is d\n- e\\_f\n'

test('a section has the form of Keep a Changelog, and is read as such', () => {
  assert.is(section, own)
  assert.equal(changesOf(section, '1.2.0')?.map(({ kind, description }) => `${kind}: ${description}`), ['added: a (#1)', 'changed: Breaking: b c is d', 'changed: e_f'])
})

const head = '# Changelog\n\nAll notable changes.\n\n'
const places: readonly (readonly [what: string, text: string, expected: string])[] = [
  ['an empty file', '', `# Changelog\n\n${own}`],
  ['a byte order mark alone', '\ufeff', `\ufeff# Changelog\n\n${own}`],
  ['a file without versions', head, `${head}${own}`],
  ['a file without a last line\'s end', '# Changelog', `# Changelog\n\n${own}`],
  ['a file with one line', '# Changelog\n', `# Changelog\n\n${own}`],
  ['what is not released stays above', `${head}## [Unreleased]\n\n- x\n\n## [1.1.0] - 2026-01-01\n\n- y\n`, `${head}## [Unreleased]\n\n- x\n\n${own}\n## [1.1.0] - 2026-01-01\n\n- y\n`],
  ['without a blank line before', '## Unreleased\n- x\n## 1.1.0\n- y', `## Unreleased\n- x\n\n${own}\n## 1.1.0\n- y`],
  ['only what is not released', `${head}## Unreleased\n- x\n`, `${head}## Unreleased\n- x\n\n${own}`],
  ['a higher version stays above', `${head}## 2.0.0\n\n- x\n\n## 1.1.0\n\n- y\n`, `${head}## 2.0.0\n\n- x\n\n${own}\n## 1.1.0\n\n- y\n`],
  ['its own candidate is lower', '## 1.2.0-rc.1\n\n- x\n', `${own}\n## 1.2.0-rc.1\n\n- x\n`],
  ['only higher versions, and addresses below', '## 2.0.0\n\n- x\n\n[2.0.0]: https://a.example\n', `## 2.0.0\n\n- x\n\n${own}\n[2.0.0]: https://a.example\n`],
  ['headings that are underlined', 'Changes\n=======\n\n1.1.0\n-----\n- y\n', `Changes\n=======\n\n${own}\n1.1.0\n-----\n- y\n`],
  ['higher headings', '# 1.1.0\n\n- y\n', `${own.replaceAll(/^#/gm, '')}\n# 1.1.0\n\n- y\n`],
  ['deeper headings', '# Log\n\n### 1.1.0\n\n- y\n', `# Log\n\n${own.replaceAll(/^#/gm, '##')}\n### 1.1.0\n\n- y\n`],
  ['what looks like a version in code and comments', '# Log\n\n```\n## 1.0.0\n```\n<!-- ## 1.0.0 -->\n\n## 1.1.0\n', `# Log\n\n\`\`\`\n## 1.0.0\n\`\`\`\n<!-- ## 1.0.0 -->\n\n${own}\n## 1.1.0\n`],
  ['other ends of lines', '# Log\r\n\r\n## 1.1.0\r\n- y\r\n', `# Log\r\n\r\n${own.replaceAll('\n', '\r\n')}\r\n## 1.1.0\r\n- y\r\n`],
]
for (const [what, text, expected] of places) {
  test(`a section goes into its place: ${what}`, () => {
    const made = insertSection(text, section)
    assert.is(made, expected)
    assert.is(insertSection(made, section), made, 'once')
    assert.is(insertSection(made, sectionOf('1.2.0').replace('a (#1)', 'other')), made, 'what is there is somebody\'s')
  })
}

const replacing: readonly (readonly [what: string, before: string, old: string, after: string])[] = [
  ['in the middle', `${head}## Unreleased\n\n## `, '1.2.0\n\n- old\n', '\n## 1.1.0\n\n- y\n'],
  ['at the end', head + '## ', '[1.2.0] - 2020-01-01\n\n### Added\n\n- old\n\n```\n## code\n```\n', ''],
  ['without a last line\'s end', head + '## ', '1.2.0\n- old', ''],
  ['above the addresses of links', head + '## ', '1.2.0\n- old\n', '\n[1.2.0]: https://a.example\n[x]: https://b.example\n'],
  ['with blank lines below', '## ', '1.2.0\n- old\n', '\n\n\n## 1.1.0\n'],
  ['nothing in it', '## ', '1.2.0\n', '## 1.1.0\n'],
  ['deeper', '# Log\n\n#', '## 1.2.0\n\n#### Added\n- old\n', '\n### 1.1.0\n'],
]
for (const [what, before, old, after] of replacing) {
  for (const end of ['\n', '\r\n', '\r']) {
    test(`a section that is there is replaced where that is asked for: ${what}, lines that end in ${JSON.stringify(end)}`, () => {
      const text = (before + old + after).replaceAll('\n', end)
      const made = insertSection(text, section, { existing: 'replaced' })
      const deeper = what === 'deeper' ? own.replaceAll(/^#/gm, '##') : own
      const body = before.replace(/#+ ?$/, '') + (old.endsWith('\n') ? deeper : deeper.trimEnd()) + after
      assert.is(made, body.replaceAll('\n', end))
      assert.is(insertSection(made, section, { existing: 'replaced' }), made, 'once')
      assert.is(insertSection(made, sectionOf('1.2.0').replace('a (#1)', 'other'), { existing: 'replaced' }), made.replace('a (#1)', 'other'))
      assert.is(insertSection(text, section), text, 'what is there stays where nothing is said')
    })
  }
}

test('every other byte stays where a section is replaced, whatever there is', () => {
  const line = fc.constantFrom('', '# Log', '## Unreleased', '## 1.2.0', '## 1.1.0 - x', '### Added', '- item', '```', '<!--', '-->', '1.0.0', '-----', '[1.0.0]: https://a.example', '  text \t')
  fc.assert(fc.property(fc.array(line, { maxLength: 15 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
    const text = lines.join(end)
    const made = insertSection(text, section, { existing: 'replaced' })
    const put = own.trimEnd().replaceAll('\n', end)
    const at = [...made.matchAll(/\[1\.2\.0\] - 2026-11-21/g)].map(({ index }) => made.lastIndexOf('#', index) - 1).find(index => made.startsWith(put, index))
    // Of another depth, or in a comment that has no end.
    if (at === undefined || !changelogSections(made).some(({ name }) => name === '1.2.0')) return
    assert.ok(text.trim() === '' || text.startsWith(made.slice(0, at).trimEnd()), 'what stands before')
    assert.ok(text.trim() === '' || text.endsWith(made.slice(at + put.length).trimStart()), 'what stands after')
    assert.is(insertSection(made, section, { existing: 'replaced' }), made)
  }), { numRuns: 1000 })
})

test('every other byte stays, whatever there is', () => {
  const line = fc.constantFrom('', '# Log', '## Unreleased', '## 2.0.0', '## 1.1.0 - x', '### Added', '- item', '```', '<!--', '-->', '1.0.0', '-----', '[1.0.0]: https://a.example', '  text \t', '## 1.3.0-rc.1')
  fc.assert(fc.property(fc.array(line, { maxLength: 15 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
    const text = lines.join(end)
    const made = insertSection(text, section)
    if (text.trim() === '' || made === text) return
    let before = 0
    while (before < text.length && text[before] === made[before]) before += 1
    const added = made.length - text.length
    const places = [...Array(before + 1).keys()].filter(place => made.slice(0, place) + made.slice(place + added) === text)
    assert.ok(places.length > 0, 'taking out what was put in gives the text again')
    assert.ok(places.some(place => made.slice(place, place + added).includes('[1.2.0] - 2026-11-21')))
    if (text.includes(end)) assert.equal([...new Set(made.match(/\r\n|\r|\n/g))], [end])
  }), { numRuns: 1000 })
})

test('a long file takes a moment', () => {
  for (const piece of ['\n', '[a]: b\n', '## 1.0.0\n', '- x\n', ' ', '```\n']) assert.ok(insertSection(`# Log\n${piece.repeat(200_000 / piece.length)}`, section).includes('[1.2.0]'))
})

test.run()
