import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { valuesTable } from '../../../lib/formats/chart-scaffold/values-table.ts'

const rows = (text: string): readonly string[] => valuesTable(text).trimEnd().split('\n').slice(2)

test('a row for every key that has a comment', () => {
  assert.equal(rows(`# About the file, not about a key.

# What it is called,
# in two lines.
name: ""
bare: 1
# A group.
group:
  # A number.
  number: 2
  # A list.
  list:
    - item: 1
      # Inside of a default.
    - item: 2
      # Deep inside.
      deeper: 3
  # After a list.
  text: |
    # No comment.
    key: none
# A list at the same depth.
flat:
- one: 1
  # In it.
  two: 2
# Whole.
whole:
  deep: true
# Nothing.
none:
`), [
    '| `name` | `""` | What it is called, in two lines. |',
    '| `group` |  | A group. |',
    '| `group.number` | `2` | A number. |',
    '| `group.list` | `[{"item":1},{"item":2,"deeper":3}]` | A list. |',
    '| `group.text` | `"# No comment.\\nkey: none\\n"` | After a list. |',
    '| `flat` | `[{"one":1,"two":2}]` | A list at the same depth. |',
    '| `whole` | `{"deep":true}` | Whole. |',
    '| `none` | `null` | Nothing. |',
  ])
})

test('what would break a table does not', () => {
  assert.equal(rows('# One | two.\nkey: "a|b"\n# Ticks.\ntick: "`"\n'), [
    String.raw`| ${'`key`'} | ${'`"a\\|b"`'} | One \| two. |`,
    '| `tick` | `` "`" `` | Ticks. |',
  ])
})

test('a comment that no key follows belongs to none', () => {
  assert.equal(rows('# Old.\n\nkey: 1\n'), [])
  assert.throws(() => valuesTable('a: 1\na: 2\n'), /Cannot read values\.yaml/)
})

test.run()
