import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Executable, executable } from '../../lib/formats/executable.ts'
import { type GoBuildInfo, goBuildInfo } from '../../lib/formats/go-build-info.ts'
import { universal } from '../../lib/formats/universal.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { collect } from './support/collect.ts'
import { type Build, goFlags, helloProject } from './support/hello-project.ts'
import { memoryBytes } from './support/memory-bytes.ts'
import { memoryEntry } from './support/memory-entry.ts'
import { rejection } from './support/rejection.ts'

const run = promisify(execFile)

interface Context {
  folder: string
  build: Build
}

/** Programs that Go links here for other platforms, against what Go itself reads in them. */
const binaries = suite<Context>('go binaries')

binaries.before(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'slipway-formats-'))
  context.build = await helloProject(context.folder)
})

binaries.after(({ folder }) => rm(folder, { recursive: true, force: true }))

const targets: readonly (readonly [target: string, header: Executable])[] = [
  ['linux/amd64', { format: 'elf', architectures: ['amd64'] }],
  ['linux/s390x', { format: 'elf', architectures: ['s390x'] }],
  ['linux/mips', { format: 'elf', architectures: ['mips'] }],
  ['openbsd/riscv64', { format: 'elf', architectures: ['riscv64'], os: 'openbsd' }],
  ['darwin/arm64', { format: 'macho', architectures: ['arm64'], os: 'darwin' }],
  ['darwin/amd64', { format: 'macho', architectures: ['amd64'], os: 'darwin' }],
  ['windows/386', { format: 'pe', architectures: ['386'], os: 'windows' }],
  ['windows/amd64', { format: 'pe', architectures: ['amd64'], os: 'windows' }],
]

for (const [target, header] of targets) {
  binaries(`${target}: its header and its build info are read, and little else`, async ({ build }) => {
    const file = await build(target)
    const bytes = memoryBytes(await readFile(file))
    assert.equal(await executable(bytes), header)
    assert.equal(await goBuildInfo(bytes), await asGoReads(file))
    assert.ok(bytes.count() < 100_000, `${bytes.count()} bytes were read`)
  })
}

const unreadByGo: typeof targets = [
  ['aix/ppc64', { format: 'xcoff', architectures: ['ppc64'], os: 'aix' }], // with -s
  ['js/wasm', { format: 'wasm', architectures: ['wasm'], os: 'js' }],
]

for (const [target, header] of unreadByGo) {
  binaries(`${target}: its header and its build info are read, which Go does not`, async ({ build }) => {
    const bytes = memoryBytes(await readFile(await build(target)))
    assert.equal(await executable(bytes), header)
    const { settings, ...program } = await goBuildInfo(bytes)
    const { settings: _, ...linux } = await asGoReads(await build('linux/amd64'))
    assert.equal(program, linux)
    assert.is(`${settings['GOOS']}/${settings['GOARCH']} ${settings['-trimpath']}`, `${target} true`)
  })
}

binaries('dependencies with and without a sum, and settings with spaces', async ({ build }) => {
  const bytes = memoryBytes(await readFile(await build('linux/amd64')))
  const { dependencies: [far, near], settings } = await goBuildInfo(bytes)
  assert.match(far?.sum ?? '', /^h1:/)
  assert.equal(near, { path: 'example.com/near', version: 'v0.1.0', replace: { path: '../near', version: '(devel)' } })
  assert.is(settings['-gcflags'], 'all=-dwarf=false -e')
})

binaries('a program named by its files has no main module', async ({ build }) => {
  const file = await build('linux/amd64', 'main.go')
  const info = await goBuildInfo(memoryBytes(await readFile(file)))
  assert.equal(info, await asGoReads(file))
  assert.equal([info.path, info.module], ['command-line-arguments', { path: '', version: '' }])
})

binaries('the build info of a Go older than 1.18 is named as such', async ({ build }) => {
  const bytes = await readFile(await build('linux/amd64'))
  const flags = bytes.indexOf(Buffer.from('\xff Go buildinf:\x08\x02', 'latin1')) + 15
  bytes[flags] = 0
  const error = await rejection(goBuildInfo(memoryBytes(bytes)))
  assert.equal([error.code, error.message],
    ['BINARY', 'Cannot read the Go build info: the executable was linked by a Go older than 1.18'])
})

binaries('an ELF file without an ABI tells its system by its loader, else by its notes', async ({ build }) => {
  const bytes = await readFile(await build('openbsd/riscv64'))
  bytes[7] = 0
  assert.is((await executable(memoryBytes(bytes))).os, 'openbsd')
  bytes.write('/unknown', bytes.indexOf('/usr/libexec/ld.so'))
  assert.is((await executable(memoryBytes(bytes))).os, 'openbsd')
  bytes.write('Unknown', bytes.indexOf('OpenBSD\0'))
  assert.is((await executable(memoryBytes(bytes))).os, undefined)
})

binaries('a damaged file is an error or is read, and nothing else', async ({ build }) => {
  for (const target of ['linux/mips', 'darwin/arm64', 'windows/386', 'aix/ppc64', 'js/wasm']) {
    const whole = await readFile(await build(target))
    const damage = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 6 })
    await fc.assert(fc.asyncProperty(damage, fc.option(fc.nat(whole.length)), async (changes, length) => {
      const bytes = Buffer.from(whole.subarray(0, length ?? whole.length))
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      for (const read of [executable, goBuildInfo]) {
        await read(memoryBytes(bytes)).catch((error: unknown) => {
          if (!(error instanceof ReleaseError && error.code === 'BINARY')) throw error
        })
      }
    }), { numRuns: 40 })
  }
})

binaries('a universal binary is read by us and by Go', async ({ build, folder }) => {
  const amd64 = await readFile(await build('darwin/amd64'))
  const arm64 = await readFile(await build('darwin/arm64'))
  const slices = Object.entries({ arm64, amd64 }).map(([architecture, slice]) =>
    ({ ...memoryEntry('', slice), architecture }))
  const joined = universal(slices)
  const bytes = await collect(joined.open())
  assert.is(bytes.length, joined.size)
  assert.ok(bytes.equals(await collect(universal(slices.reverse()).open())))
  const header = { format: 'macho-universal', architectures: ['amd64', 'arm64'], os: 'darwin' }
  assert.equal(await executable(memoryBytes(bytes)), header)
  assert.is((await goBuildInfo(memoryBytes(bytes))).settings['GOARCH'], 'amd64')
  await writeFile(join(folder, 'fat'), bytes)
  assert.equal(await asGoReads(join(folder, 'fat')), await goBuildInfo(memoryBytes(bytes)))
  const found = await slicesAsGoReads(folder)
  assert.equal(found.map(({ kind }) => kind), ['CpuAmd64 3 12', 'CpuArm64 0 14'])
  for (const [index, slice] of [amd64, arm64].entries()) {
    const { offset = 0, size = 0 } = found[index] ?? {}
    assert.ok(bytes.subarray(offset, offset + size).equals(slice))
  }
})

/** The program and its modules as `go version -m` sees them, in the words of GoBuildInfo. */
async function asGoReads(file: string): Promise<GoBuildInfo> {
  const { stdout } = await run('go', ['version', '-m', '-json', file])
  const { GoVersion, Path, Main, Deps = [], Settings } = JSON.parse(stdout) as GoJson
  return {
    goVersion: GoVersion,
    path: Path,
    module: moduleOf(Main),
    dependencies: Deps.map(moduleOf),
    settings: Object.fromEntries(Settings.map(({ Key, Value }) => [Key, Value])),
  }
}

interface GoModuleJson { Path?: string, Version?: string, Sum?: string, Replace?: GoModuleJson }
interface GoJson {
  GoVersion: string
  Path: string
  Main: GoModuleJson
  Deps?: GoModuleJson[]
  Settings: { Key: string, Value: string }[]
}

function moduleOf({ Path = '', Version = '', Sum, Replace }: GoModuleJson): GoBuildInfo['module'] {
  return { path: Path, version: Version, ...Sum && { sum: Sum }, ...Replace && { replace: moduleOf(Replace) } }
}

/** What debug/macho finds in the file `fat`: architecture, its subtype and alignment, and the place of each slice. */
async function slicesAsGoReads(folder: string) {
  await writeFile(join(folder, 'fat.go'), `package main

import (
  "debug/macho"
  "fmt"
)

func main() {
  fat, err := macho.OpenFat("fat")
  if err != nil { panic(err) }
  for _, a := range fat.Arches { fmt.Println(a.FatArchHeader.Cpu, a.FatArchHeader.SubCpu, a.Align, a.Offset, a.Size) }
}
`)
  const env = { ...process.env, GOGC: '400' }
  const { stdout } = await run('go', ['run', ...goFlags, 'fat.go'], { cwd: folder, env })
  return stdout.trimEnd().split('\n').map(line => {
    const [, kind, offset, size] = /^(.*) (\d+) (\d+)$/.exec(line) ?? []
    return { kind, offset: Number(offset), size: Number(size) }
  })
}

binaries.run()
