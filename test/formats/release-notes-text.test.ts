import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { markdownText, oneLine } from '../../lib/formats/release-notes-text.ts'

const table: readonly (readonly [text: string, markdown: string])[] = [
  ['Plain words, and more: (yes)!', 'Plain words, and more: (yes)!'],
  ['snake_case and 2*3', 'snake\\_case and 2\\*3'],
  ['a `--flag` stays, `so_does` it', 'a `--flag` stays, `so_does` it'],
  ['an unclosed ` tick', 'an unclosed \\` tick'], ['``two``', '\\`\\`two\\`\\`'],
  ['<script>alert(1)</script>', '\\<script\\>alert(1)\\</script\\>'], ['<!-- hidden -->', '\\<!-- hidden --\\>'], ['&lt;b&gt;', '\\&lt;b\\&gt;'],
  ['[click](javascript:alert(1))', '\\[click\\](javascript:alert(1))'], ['![x](https://a.example/x.png)', '!\\[x\\](<https://a.example/x.png>)'], ['[x]: /y', '\\[x\\]: /y'],
  ['thanks @ann, @org/team and @a-b.', 'thanks `@ann`, `@org/team` and `@a-b`.'], ['bump @types/node', 'bump `@types/node`'], ['mail a@b.example', 'mail a@b.example'], ['(@ann)', '(`@ann`)'], ['@a@b', '`@a@b`'], ['`@ann`', '`@ann`'], ['`a`@ann`b`', '`a` `@ann` `b`'],
  ['see https://a.example/a_b?c=d&e=@f.', 'see <https://a.example/a_b?c=d&e=@f>.'], ['https://a.example/)](https://b.example', '<https://a.example/>)\\](<https://b.example>'],
  ['# heading', '\\# heading'], ['- item', '\\- item'], ['+ item', '\\+ item'], ['1. item', '1\\. item'], ['12) item', '12\\) item'], ['> quoted', '\\> quoted'], ['=====', '\\====='], ['1.2.3', '1\\.2.3'],
  ['a | b ~~c~~', 'a \\| b \\~\\~c\\~\\~'], ['back\\slash', 'back\\\\slash'], ['#12 and a#12', '\\#12 and a#12'],
  ['two\nlines\r\n\r\n# heading', 'two lines # heading'], ['a\u0000b\u001b[31mc', 'a b \\[31mc'], ['right\u202eto left\u2066', 'rightto left'], ['@\u200bann', '`@ann`'], ['👩‍🚀 é', '👩‍🚀 é'],
  ['  trimmed\t', 'trimmed'], ['', ''],
]
for (const [text, markdown] of table) {
  test(`${JSON.stringify(text)} is ${JSON.stringify(markdown)}`, () => {
    assert.is(markdownText(text), markdown)
  })
}

test('a long text is cut between characters, whatever it holds', () => {
  assert.is(oneLine('x'.repeat(300)), 'x'.repeat(300))
  assert.is(oneLine('x'.repeat(301)), `${'x'.repeat(300)}…`)
  assert.is(oneLine('👍'.repeat(301)), `${'👍'.repeat(300)}…`)
  assert.is(oneLine(`${'x'.repeat(300)}\n\n`), 'x'.repeat(300))
})

test('nothing that anybody writes is markup, mentions anybody, or takes long', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '@', 'org/', '`', '*', '_', '[', ']', '(', ')', '<', '>', '&', '#', '-', '1.', ' ', '\n', '\\', '!', '|', '~', 'https://a.example/', ':', '\u200b') })
  fc.assert(fc.property(text, given => {
    const shown = markdownText(given)
    assert.not.match(shown, /\n/)
    // What is left when code, addresses and escaped marks are taken out.
    const bare = shown.replaceAll(/\\[\\`*_[\]<>|~&#+=.)-]|(?<!`)`[^`]+`(?!`)|<https?:[^<>\s]+>/g, ' ')
    assert.not.match(bare, /[`*_[\]<>&|~\\]/)
    assert.not.match(bare, /(?<![A-Za-z\d])@\w/)
    assert.not.match(shown, /^(?:[#+=-]|\d+[.)])/)
  }), { numRuns: 2000 })
  for (const piece of ['`', '@', '@a/', 'https://', 'https://a.', '\\', '1', '<', ' ', '👍']) assert.ok(markdownText(piece.repeat(100_000)).length <= 4000)
})

test.run()
