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
