import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { coAuthorsIn, readMessage, type Message } from '../../lib/formats/commits-message.ts'

type Expected = Partial<Message>

const table: readonly (readonly [message: string, expected: Expected])[] = [
  ['feat: add a timeout', { type: 'feat', description: 'add a timeout', breaking: false }],
  ['Feature(API): Add a timeout', { type: 'feat', scope: 'API', description: 'Add a timeout' }],
  ['fix(core)!: drop v1', { type: 'fix', scope: 'core', description: 'drop v1', breaking: true }],
  ['feat: add it (#12)', { type: 'feat', description: 'add it', pullRequest: 12, subject: 'feat: add it (#12)' }],
  ['Add it (!7)', { description: 'Add it', pullRequest: 7 }],
  ['Backport it (#11) (#12)', { description: 'Backport it (#11)', pullRequest: 12 }],
  ['Merged PR 31: fix: mend it', { type: 'fix', description: 'mend it', pullRequest: 31 }],
  ['(#12)', { description: '(#12)' }],
  // Packages of Go, and words that are no types.
  ['net/http: keep the header', { description: 'net/http: keep the header', breaking: false }],
  ['api: add a route', { description: 'api: add a route' }],
  ['api!: drop a route', { description: 'api!: drop a route', breaking: true }],
  ['fix:no blank', { description: 'fix:no blank' }],
  ['fix: ', { description: 'fix:' }],
  ['Wow!: it works', { description: 'Wow!: it works', breaking: true }],
  ['Plain text', { description: 'Plain text', body: '' }],
  ['', { subject: '', description: '' }],
  ['Subject\r\n\r\nBody\r\n', { subject: 'Subject', body: 'Body' }],
  ['feat: a\n\nBody.\n\nBREAKING CHANGE: the flag\n  is gone\nRefs: #4', { breaking: true, breakingNote: 'the flag is gone', footers: [{ token: 'BREAKING CHANGE', value: 'the flag is gone' }, { token: 'Refs', value: '#4' }] }],
  ['Plain\n\nBREAKING-CHANGE: all of it\n\nMore.', { breaking: true, breakingNote: 'all of it' }],
  ['feat!: a\n\nBREAKING CHANGE:', { breaking: true }],
  ['fix: a\n\nIt was no BREAKING CHANGE: really', { breaking: false, footers: [] }],
  ['fix: a\n\nCloses #4\nReviewed-by: Z', { footers: [{ token: 'Closes', value: '#4' }, { token: 'Reviewed-by', value: 'Z' }] }],
  ['Revert "feat: a (#1)" (#2)\n\nReverts o/r#1', { type: 'revert', description: 'Revert "feat: a (#1)"', pullRequest: 2, revertsRequests: [1], revertsSubject: 'feat: a (#1)' }],
  ['Revert "a"\n\nThis reverts commit 0123456789ABCDEF0123456789abcdef01234567.', { type: 'revert', reverts: ['0123456789abcdef0123456789abcdef01234567'], revertsSubject: 'a' }],
  ['revert: feat: a\n\nRefs: 0123456, 89abcde', { type: 'revert', description: 'Revert "feat: a"', reverts: ['0123456', '89abcde'], revertsSubject: 'feat: a' }],
  ['Reapply "a"\n\nThis reverts commit 0123456.', { reverts: ['0123456'], revertsSubject: 'Revert "a"' }],
  ['fix: a\n\nRefs: 0123456', { reverts: [] }],
  ['a\n\n(cherry picked from commit 0123456789abcdef)', { copyOf: '0123456789abcdef' }],
]
for (const [message, expected] of table) {
  test(`${JSON.stringify(message)} is read`, () => {
    const read = readMessage(message)
    assert.equal(Object.fromEntries(Object.keys(expected).map(name => [name, read[name as keyof Message]])), expected)
    for (const name of ['type', 'scope', 'pullRequest', 'breakingNote', 'copyOf'] as const) {
      if (!(name in expected) && !(name === 'type' && /^(fix|feat|revert)[^:]*: \S/i.test(message))) assert.is(read[name], undefined, name)
    }
  })
}

test('co-authors are those of whole lines', () => {
  const message = 'a\n\nCo-authored-by: Ann Lee <ann@example.com>\r\nco-authored-by: <bob@example.com>\nCo-authored-by: nobody\nsays Co-authored-by: C <c@example.com>\nCo-authored-by: D <d@e@f>\n'
  assert.equal(coAuthorsIn(message), [{ name: 'Ann Lee', email: 'ann@example.com' }, { name: 'bob', email: 'bob@example.com' }])
})

test('any text is read, and long ones take a moment', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('feat', '(', ')', '!', ':', ' ', '\n', '#1', '"', 'Revert', 'BREAKING CHANGE', 'a', '<', '>', '@') }), text => {
    const { description, subject, body } = readMessage(text)
    assert.ok(subject.includes(description.replace(/^Revert "(.*)"$/, '$1')) && !subject.includes('\n'))
    assert.is(`${subject}\n${body}`.replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''))
  }))
  for (const piece of [' ', '(', 'a ', 'a: ', '(#1)', 'Reverts a/', '\nBREAKING CHANGE: ', '\nCo-authored-by: ', '\nCo-authored-by: <', 'a@', '\na: b', '"']) {
    const text = `Co-authored-by:${piece.repeat(200_000 / piece.length)}`
    assert.ok(readMessage(text).subject.length > 0)
    assert.equal(coAuthorsIn(text).length, 0)
  }
})

test.run()
