import { readFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { executable } from '../../lib/formats/executable.ts'
import { goBuildInfo } from '../../lib/formats/go-build-info.ts'
import { memoryBytes } from './support/memory-bytes.ts'
import { rejection } from './support/rejection.ts'

const none = 'Cannot read the Go build info: there is none in the executable'

// What Go links is in go-binaries.test.ts; here is what it does not.

const elf = (machine: number, bits: 32 | 64, order: 'little' | 'big'): Buffer => {
  const header = Buffer.alloc(64)
  header.write('\x7fELF', 'latin1')
  header[4] = bits / 32
  header[5] = order === 'little' ? 1 : 2
  if (order === 'little') header.writeUInt16LE(machine, 18)
  else header.writeUInt16BE(machine, 18)
  return header
}

const dos = Buffer.alloc(128)
dos.write('MZ')
dos[60] = 64

const strange: readonly (readonly [what: string, bytes: Uint8Array, why: string])[] = [
  ['nothing', Buffer.alloc(0), 'no format begins with the bytes (none)'],
  ['a script', Buffer.from('#!/bin/sh\n'), 'no format begins with the bytes 23212f62'],
  ['a program for DOS', dos, 'it is for DOS'],
  ['a Java class', Buffer.from('cafebabe0000003d0000', 'hex'), 'it cannot have 61 slices'],
  ['an empty universal file', Buffer.from('cafebabe00000000', 'hex'), 'it cannot have 0 slices'],
  ['the start of an ELF file', Buffer.from('\x7fELF\x02\x01', 'latin1'), 'its headers point beyond its end'],
  ['ELF for SPARC', elf(43, 64, 'big'), 'Go has no architecture for ELF 43/64/big'],
  ['ELF for x86-64 with short pointers', elf(62, 32, 'little'), 'Go has no architecture for ELF 62/32/little'],
  ['ELF for 32-bit PowerPC', elf(20, 32, 'big'), 'Go has no architecture for ELF 20/32/big'],
  ['a 32-bit Mach-O file', Buffer.from('cefaedfe07000000', 'hex'), 'no format begins with the bytes cefaedfe'],
  ['zeros after wasm', Buffer.from(`\0asm\x01${'\0'.repeat(9999)}`), 'its sections do not fit in it'],
]

for (const [what, bytes, why] of strange) {
  test(`${what}: no executable of Go's`, async () => {
    for (const read of [executable, goBuildInfo]) {
      const error = await rejection(read(memoryBytes(bytes)))
      assert.equal([error.code, error.message], ['BINARY', `Cannot read the executable: ${why}`])
      assert.ok(error.hint)
    }
  })
}

test('an ELF file without sections and segments has an architecture', async () => {
  const header = await executable(memoryBytes(elf(183, 64, 'little')))
  assert.equal(header, { format: 'elf', architectures: ['arm64'] })
})

/** A program of Plan 9 for amd64 with eight bytes of text and this data. */
function plan9(...data: readonly string[]): Uint8Array {
  const bytes = Buffer.from(data.join(''), 'latin1')
  const header = Buffer.alloc(40) // the last eight bytes are the entry point, once more and longer
  for (const [index, word] of [0x8a97, 8, bytes.length].entries()) header.writeUInt32BE(word, index * 4)
  return Buffer.concat([header, Buffer.from('the text'), bytes])
}

const constant = '\xff Go buildinf:'
const blob = `${constant}\x08\x02${'\0'.repeat(16)}\x08go1.26.8\0`

test('a program of Plan 9', async () => {
  assert.equal(await executable(memoryBytes(plan9())), { format: 'plan9', architectures: ['amd64'], os: 'plan9' })
  assert.is((await rejection(goBuildInfo(memoryBytes(plan9())))).message, none)
})

test('a program that was not built in module mode tells its toolchain', async () => {
  const info = { goVersion: 'go1.26.8', path: '', module: { path: '', version: '' }, dependencies: [], settings: {} }
  assert.equal(await goBuildInfo(memoryBytes(plan9(blob))), info)
})

test('build info is found behind a constant that looks like it, and across windows of a MiB', async () => {
  for (const before of [0, 2 ** 20 - 60, 2 ** 20 - 20, 2 ** 20 - 17, 2 ** 20]) {
    const bytes = memoryBytes(plan9(constant, ' of another program', '\0'.repeat(before), blob))
    assert.is((await goBuildInfo(bytes)).goVersion, 'go1.26.8')
  }
})

test('build info that goes beyond its data is an error', async () => {
  const error = await rejection(goBuildInfo(memoryBytes(plan9(blob.replace('\x08go', 'dgo')))))
  assert.is(error.message, 'Cannot read the Go build info: it does not end where it should')
})

test('a program of another language has no build info', async () => {
  const error = await rejection(goBuildInfo(memoryBytes(elf(183, 64, 'little'))))
  assert.equal([error.code, error.message], ['BINARY', none])
})

test('the program that runs this test is not of Go', async () => {
  const bytes = memoryBytes(await readFile(process.execPath))
  const { os } = await executable(bytes)
  assert.is(os, process.platform === 'win32' ? 'windows' : process.platform)
  assert.is((await rejection(goBuildInfo(bytes))).message, none)
})

test.run()
