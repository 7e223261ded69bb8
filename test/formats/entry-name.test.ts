import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { entryName } from '../../lib/formats/entry-name.ts'
import { tar } from '../../lib/formats/tar.ts'
import { zip } from '../../lib/formats/zip.ts'
import { collect } from './support/collect.ts'
import { memoryEntry } from './support/memory-entry.ts'
import { rejection } from './support/rejection.ts'

const time = new Date(0)

const bad: readonly (readonly [name: string, why: string])[] = [
  ['', 'the name is empty'],
  ['/etc/passwd', 'the name is absolute'],
  ['C:x', 'the name starts with a drive letter'],
  ['a\\b', 'the name has a backslash'],
  ['a\nb', 'the name has a control character'],
  ['a\0b', 'the name has a control character'],
  ['a\ud800', 'the name is not well-formed Unicode'],
  ['a/../b', 'a part of the name is . or ..'],
  ['..', 'a part of the name is . or ..'],
  ['./a', 'a part of the name is . or ..'],
  ['a//b', 'a part of the name is empty'],
  ['a/', 'a part of the name is empty'],
  ['ü'.repeat(2048), 'the name is longer than 4095 bytes'],
]

for (const [name, why] of bad) {
  test(`both archives refuse ${JSON.stringify(name).slice(0, 40)}`, async () => {
    for (const archive of [tar, zip]) {
      const error = await rejection(collect(archive([memoryEntry('a', 'x'), memoryEntry(name, '')], { time })))
      assert.is(error.code, 'NAME')
      assert.is(error.message, `Cannot add ${JSON.stringify(name)} to an archive: ${why}`)
    }
  })
}

for (const name of ['a', '..a', 'a..', '...', '.hidden', 'a b', 'ünïcode/☃', '-rf', 'ab:c']) {
  test(`${name} is a name`, () => { assert.is(entryName(name), name) })
}

const collisions: readonly (readonly [names: readonly string[], message: string])[] = [
  [['a', 'b', 'a'], 'Cannot add a to an archive: the archive has it already'],
  [['a/b', 'a'], 'Cannot add a to an archive: the archive has a folder of that name'],
  [['a', 'a/b/c'], 'Cannot add a/b/c to an archive: a is a file in the archive'],
  [['a/b', 'a/b/c'], 'Cannot add a/b/c to an archive: a/b is a file in the archive'],
]

for (const [names, message] of collisions) {
  test(`both archives refuse ${names.join(', ')}`, async () => {
    for (const archive of [tar, zip]) {
      const error = await rejection(collect(archive(names.map(name => memoryEntry(name, '')), { time })))
      assert.equal([error.code, error.message], ['NAME', message])
    }
  })
}

test('both archives refuse a link to nothing', async () => {
  for (const archive of [tar, zip]) {
    const error = await rejection(collect(archive([memoryEntry('a', '', { link: '' })], { time })))
    assert.equal([error.code, error.message], ['NAME', 'Cannot add a to an archive: "" is nothing a link can point to'])
  }
})

test.run()
