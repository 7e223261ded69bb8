import fc from 'fast-check'
import { memoryEntry } from './memory-entry.ts'

/** What goes into an archive, as plain values. */
export interface Member {
  readonly name: string
  readonly mode: number
  readonly content: Uint8Array
  readonly step: number
}

const part = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_. -]{0,20}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.stringMatching(/^[a-z]{90,130}$/),
).filter(text => /^[^/\\\u0000-\u001f\u007f]+$/.test(text) && !/^\.{1,2}$|^[A-Za-z]:/.test(text))
  .filter(text => Buffer.byteLength(text) < 256)

const member: fc.Arbitrary<Member> = fc.record({
  name: fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/')),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  content: fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 200_000 }))
      .map(([byte, length]) => new Uint8Array(length).fill(byte)),
  ),
  step: fc.constantFrom(1000, 512, 4096, 65536),
})

/** Any members that can be in one archive: no name twice, none below another. */
export const arbitraryMembers = fc.uniqueArray(member, { selector: ({ name }) => name, maxLength: 12 })
  .map(members => members.filter(({ name }) => !members.some(other => name.startsWith(`${other.name}/`))))

export const entriesOf = (members: readonly Member[]) =>
  members.map(({ name, mode, content, step }) => memoryEntry(name, content, { mode }, step))
