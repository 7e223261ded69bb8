import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { editYaml, type YamlEdit } from '../../../lib/formats/yaml/edit.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import { writtenMapping, yamlSoup } from './support/yaml-texts.ts'

type Data = Record<string, unknown>
type Value = YamlEdit['value']

const word = fc.constantFrom('x', '1.0', 'yes', '', 'sha256:00', 'a b', 'it\'s', '"', '# c', 'null', '0x1', '2001-01-01', 'é', '- a', 'one\ntwo', 'one\n\n two\n', ' lead')
const value: fc.Arbitrary<Value> = fc.oneof(
  word,
  fc.boolean(),
  fc.integer(),
  fc.dictionary(fc.constantFrom('k', 'l', 'on', '1'), fc.oneof(word, fc.constant({ deep: 'x' })), { maxKeys: 3, noNullPrototype: true }),
)

const read = (text: string): Data => (parseYaml(text, 'a.yaml') ?? {}) as Data

/** Data with one place replaced, in a copy. */
function withValue(data: Data, [key = '', ...rest]: readonly string[], wanted: unknown): Data {
  return { ...data, [key]: rest.length === 0 ? wanted : withValue((data[key] ?? {}) as Data, rest, wanted) }
}

const runs = { numRuns: 400 }

test('an edit changes the data at its path, and at no other', () => {
  fc.assert(fc.property(writtenMapping, fc.nat(), value, ({ text, paths }, pick, wanted) => {
    fc.pre(paths.length > 0)
    const path = paths[pick % paths.length] ?? []
    const edited = editYaml(text, 'a.yaml', [{ path, value: wanted }])
    assert.equal(read(edited), withValue(read(text), path, wanted), JSON.stringify({ text, edited }))
    assert.is(editYaml(edited, 'a.yaml', [{ path, value: wanted }]), edited)
  }), runs)
})

test('what is written stands in a text that is otherwise the same', () => {
  fc.assert(fc.property(writtenMapping, fc.nat(), fc.constantFrom('x', '1.0', 'it\'s'), ({ text, paths }, pick, wanted) => {
    const data = read(text)
    const scalars = paths.filter(path => typeof path.reduce<unknown>((at, key) => (at as Data)[key], data) !== 'object')
    fc.pre(scalars.length > 0)
    const path = scalars[pick % scalars.length] ?? []
    const edited = editYaml(text, 'a.yaml', [{ path, value: wanted }])
    const [before, after] = differing(text, edited)
    // No line but those of the old value is different, and every comment is there still.
    assert.ok(!after.includes('\n'), JSON.stringify({ text, edited }))
    assert.is(comments(edited), comments(text), JSON.stringify({ text, edited, before }))
    assert.is(edited.startsWith('\uFEFF'), text.startsWith('\uFEFF'))
    assert.is(edited.endsWith('\n'), text.endsWith('\n'))
    assert.is(text.includes('\r\n') ? /[^\r]\n/.test(edited) : edited.includes('\r'), false)
  }), runs)
})

test('what is added comes last in its mapping, and changes nothing else', () => {
  fc.assert(fc.property(writtenMapping, fc.nat(), value, ({ text, paths }, pick, wanted) => {
    const data = read(text)
    const parents = [[], ...paths.filter(path => isMapping(path.reduce<unknown>((at, key) => (at as Data)[key], data)))]
    const path = [...parents[pick % parents.length] ?? [], 'new', 'key']
    let edited: string
    try {
      edited = editYaml(text, 'a.yaml', [{ path, value: wanted, insert: true }])
    } catch (error) {
      assert.ok(error instanceof ReleaseError && error.message.endsWith('the file ends in a block of text without a line break'), String(error))
      return
    }
    assert.equal(read(edited), withValue(data, path, wanted), JSON.stringify({ text, edited }))
    assert.is(Object.keys(path.slice(0, -2).reduce<Data>((at, key) => at[key] as Data, read(edited))).at(-1), 'new')
    assert.ok(linesOf(text).every(line => linesOf(edited).includes(line) || /[}~]/.test(line)), JSON.stringify({ text, edited }))
    assert.is(editYaml(edited, 'a.yaml', [{ path, value: wanted, insert: true }]), edited)
  }), runs)
})

test('any text is edited rightly, or refused', () => {
  let done = 0
  fc.assert(fc.property(yamlSoup, word, fc.boolean(), (text, wanted, isNew) => {
    let edited: string
    try {
      edited = editYaml(text, 'a.yaml', [{ path: 'a', value: wanted, insert: isNew }])
    } catch (error) {
      if (error instanceof ReleaseError) return
      throw error
    }
    done += 1
    assert.equal(read(edited), withValue(read(text), ['a'], wanted), JSON.stringify({ text, edited }))
  }), runs)
  assert.ok(done > 5, `${done}`)
})

function isMapping(data: unknown): boolean {
  return data === null || (typeof data === 'object' && !Array.isArray(data))
}

/** The parts of two texts between what they begin and end with in common. */
function differing(one: string, other: string): readonly [string, string] {
  let start = 0
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start += 1
  let end = 0
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)]
}

function comments(text: string): string {
  return text.match(/# (?:why|"odd: \[|alone|top)/g)?.join() ?? ''
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/)
}

test.run()
