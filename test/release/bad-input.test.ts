import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { onSmallDisk } from '../support/small-disk.ts'
import { unless } from '../support/unless.ts'
import { buildScript, hostTarget } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { asOtherUser, giveAway, letThrough, otherUserReason } from './support/other-user.ts'
import { nodeArguments, start, type Ended } from './support/start.ts'
import { toolsFolder } from './support/tools-folder.ts'
import {
  callersEnvironment, namesIn, removeWorkplaces, type RunRecord, type Workplace, workplace,
} from './support/workplace.ts'

test.after.each(removeWorkplaces)

interface Refusal {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** What the one error says. */
  readonly says: RegExp
  /** What it says to do. */
  readonly hint: RegExp
  readonly exitCode?: number
  /** 1 where nothing is said. */
  readonly errors?: number
}

/** Releases, and expects one error that says what, why and what to do; and that nothing is left of the try. */
async function refuses(place: Workplace, refusal: Refusal): Promise<void> {
  const { args = ['release'], env = {}, says, hint, exitCode = 1, errors = 1 } = refusal
  const before = (await namesIn(place.folder)).filter(isNoRecord)
  const ended = await place.build(args, { env })
  assert.is(ended.code, exitCode, ended.stderr)
  requireClear(ended, says, hint)
  const record = await place.record()
  assert.is(record.exitCode, exitCode)
  assert.is(record.errors.length, errors, JSON.stringify(record.errors, null, 2))
  assert.equal((await namesIn(place.folder)).filter(isNoRecord), before)
  assert.equal(await namesIn(join(place.cache, 'tmp')), [])
}

const isNoRecord = (name: string): boolean => name !== 'dist.run.json'

function requireClear({ stderr }: Ended, says: RegExp, hint: RegExp): void {
  assert.match(stderr, says)
  assert.match(stderr, hint)
  assert.not.match(stderr, /^\s+at /m, 'a stack is for whoever wrote the program')
}

const project = (files: Readonly<Record<string, string>> = {}, tags?: readonly string[]): Promise<Workplace> =>
  workplace({ ...hello, 'build.ts': buildScript(), ...files }, tags)

/** A PATH with these programs and no others. */
async function onlyWith({ repository }: Workplace, programs: readonly string[]): Promise<{ readonly PATH: string }> {
  return { PATH: await toolsFolder(repository.beside('tools'), programs) }
}

test('no git', async () => {
  const place = await project()
  const env = await onlyWith(place, ['go'])
  await refuses(place, { env, says: /^Cannot .*: .*no git on the PATH/m, hint: /Install git/ })
})

test('no Go', async () => {
  const place = await project()
  const env = await onlyWith(place, ['git'])
  await refuses(place, { env, says: /^Cannot find the Go toolchain: .*not on the PATH/m, hint: /Install Go/ })
})

test('neither git nor Go: both are said', async () => {
  const place = await project()
  const env = await onlyWith(place, [])
  await refuses(place, { env, says: /no git on the PATH/, hint: /Install Go/, errors: 2 })
})

test('a go command that is none', async () => {
  const place = await project()
  const { PATH } = await onlyWith(place, ['git'])
  await writeFile(join(PATH, 'go'), '#!/bin/sh\necho the board game\n', { mode: 0o755 })
  await refuses(place, { env: { PATH }, says: /^Cannot ask go for its version/m, hint: /Run `go env`/ })
})

test('no repository', async () => {
  const place = await project()
  await place.repository.exec('rm', ['-rf', '.git'])
  await refuses(place, { says: /^Cannot read .*: it is in no git repository/m, hint: /release from a clone/ })
})

test('a repository without a commit', async () => {
  const place = await project()
  await place.repository.exec('rm', ['-rf', '.git'])
  await place.repository.git('init', '--quiet')
  await refuses(place, { says: /^Cannot .*: .*commit/m, hint: /\n {2}\S/ })
})

test('go.mod asks for a newer Go than there is', async () => {
  await refuses(await project({ 'go.mod': 'module example.com/hello\n\ngo 1.999\n' }), {
    says: /^Cannot compile \. for .* and windows\/386: go\.mod requires go 1\.999, this is go 1\./m,
    hint: /Install Go 1\.999/,
  })
})

test('go.mod asks for a toolchain that is not there', async () => {
  await refuses(await project({ 'go.mod': 'module example.com/hello\n\ngo 1.21\n\ntoolchain go1.999.1\n' }), {
    says: /^Cannot compile .*project: go\.mod asks for the toolchain go1\.999\.1, this is go1\./m,
    hint: /Install go1\.999\.1/,
  })
})

test('a toolchain line that asks for what is there already is none of a problem', async () => {
  const place = await project({ 'go.mod': 'module example.com/hello\n\ngo 1.21\n\ntoolchain go1.21.3\n' })
  assert.is((await place.build(['build', '--only', hostTarget])).code, 0)
})

test('no go.mod', async () => {
  const place = await project()
  await place.repository.exec('rm', ['go.mod'])
  await refuses(place, { says: /^Cannot find a Go project in .*: it has no go\.mod/m, hint: /go mod init/ })
})

test('no main package', async () => {
  await refuses(await project({ 'main.go': 'package hello\n' }), {
    says: /^Cannot release example\.com\/hello in .*: it has no main package/m, hint: /package main/,
  })
})

test('no such project', async () => {
  await refuses(await project(), {
    args: ['release', '--project', 'nowhere'], says: /nowhere: there is no such folder/, hint: /Name the folder/, errors: 2,
  })
})

const someSum = 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='

test('a module that cannot be had', async () => {
  await refuses(await project({
    'go.mod': 'module example.com/hello\n\ngo 1.21\n\nrequire example.com/absent v1.0.0\n',
    'go.sum': ['', '/go.mod'].map(what => `example.com/absent v1.0.0${what} ${someSum}\n`).join(''),
    'main.go': 'package main\n\nimport _ "example.com/absent"\n\nfunc main() {}\n',
  }), { env: { GOPROXY: 'off' }, says: /^Cannot download the modules of .*example\.com\/absent/m, hint: /GOPROXY/ })
})

test('a target that there is not', async () => {
  await refuses(await project({ 'build.ts': buildScript({ targets: "['linux/amd64', 'linux/amd46']" }) }), {
    says: /^Cannot build for linux\/amd46: go \S+ has no linux\/amd46/m, hint: /Did you mean linux\/amd64\?/,
  })
})

test('a variant that there is not', async () => {
  await refuses(await project({ 'build.ts': buildScript({ targets: "['linux/arm/v9']" }) }), {
    says: /^Cannot build for linux\/arm\/v9: arm has no variant v9/m, hint: /v5, v6, v7/,
  })
})

test('a target that Go calls broken', async () => {
  const place = await project({ 'build.ts': buildScript({ targets: "['freebsd/riscv64']" }) })
  const { stdout } = await place.repository.exec('go', ['tool', 'dist', 'list', '-json', '-broken'])
  const ports = JSON.parse(stdout) as readonly { GOOS: string, GOARCH: string, Broken?: boolean }[]
  const broken = ports.some(({ GOOS, GOARCH, Broken }) => GOOS === 'freebsd' && GOARCH === 'riscv64' && Broken)
  if (broken) await refuses(place, { says: /^Cannot build for freebsd\/riscv64: .*broken/m, hint: /\n {2}\S/ })
})

test('two archives of one name', async () => {
  await refuses(await project({ 'build.ts': buildScript({ pack: "name: () => 'same', format: 'zip'" }) }), {
    says: /^Cannot .*same\.zip/m, hint: /another name/,
  })
})

test('a glob that matches nothing', async () => {
  await refuses(await project({ 'build.ts': buildScript({ pack: "files: ['docs/*.md']" }) }), {
    says: /^Cannot take the files docs\/\*\.md: nothing in .* matches/m, hint: /Correct the glob/,
  })
})

test('a stamp whose variable there is not, said before anything compiles', async () => {
  const place = await project({ 'build.ts': buildScript({ compile: "stamp: { 'main.verison': version.semver }" }) })
  await refuses(place, {
    says: /^Cannot stamp main\.verison: there is no such variable/m, hint: /Did you mean main\.version\?/,
  })
  assert.equal((await place.record()).steps, [])
})

test('a stamp whose variable cannot be stamped', async () => {
  await refuses(await project({
    'main.go': [
      'package main', '', 'var version = compute()', '', 'func compute() string { return "" }', '',
      'func main() { println(version) }', '',
    ].join('\n'),
    'build.ts': buildScript({ compile: "stamp: { 'main.version': version.semver }" }),
  }), { says: /^Cannot stamp main\.version: it is initialised by a call/m, hint: /\n {2}\S/ })
})

test('a stamped variable that the program sets itself', async () => {
  await refuses(await project({
    'main.go': 'package main\n\nvar version = "dev"\n\nfunc main() { println("no version here") }\n',
    'build.ts': buildScript({ compile: "stamp: { 'main.version': 'a-value-that-is-nowhere-else' }" }),
  }), {
    says: /^Cannot stamp main\.version for .* and windows\/386: the value is not in the binary/m,
    hint: /never uses that variable/,
  })
})

test('a package that does not compile anywhere is one error', async () => {
  await refuses(await project({ 'main.go': 'package main\n\nfunc main() { missing() }\n' }), {
    says: /^Cannot compile \. for .* and windows\/386: .*main\.go:3:15: undefined: missing$/m, hint: /\n {2}Mend it/,
  })
})

test('a folder dist that is not ours', async () => {
  const place = await project({ 'dist/mine.txt': 'mine\n' })
  await refuses(place, { says: /^Cannot replace .*dist: it holds mine\.txt, and no release\.json/m, hint: /--out/ })
  assert.equal(await namesIn(place.dist), ['mine.txt'])
})

test('a tag that is no version, named with --version', async () => {
  await refuses(await project({}, ['latest', 'v1.0.0']), {
    args: ['release', '--version', '1.0.1'], says: /^Cannot .*1\.0\.1/m, hint: /\n {2}\S/,
  })
})

test('no tag makes a snapshot, with a notice', async () => {
  const place = await project({}, [])
  const { code, stderr } = await place.build(['release', '--only', hostTarget])
  assert.is(code, 0)
  assert.match(stderr, /^notice: This is a snapshot, 0\.0\.0-0\.\d{14}\.g[0-9a-f]+: the commit has no version tag/m)
  assert.match(stderr, /\(git tag v0\.1\.0\)$/m)
})

test('a goal that is called like a command, or cannot be typed', async () => {
  const names = [
    ['plan', /^Cannot use the goal "plan": Slipway has a command of that name$/m],
    ['Release It', /^Cannot use the goal "Release It": it cannot be typed$/m],
  ] as const
  for (const [name, says] of names) {
    const place = await project({ 'build.ts': buildScript({ goals: `'${name}': ['wrong', binaries],` }) })
    for (const args of [['release'], []]) {
      const ended = await place.build(args)
      assert.is(ended.code, 2)
      requireClear(ended, says, /\n {2}\S/)
    }
    assert.not.ok((await namesIn(place.folder)).includes('dist'))
  }
})

test('a build.ts that fails to compose', async () => {
  const place = await project({ 'build.ts': buildScript({ goals: "extra: ['x', archive({ binaries })]," }) })
  await refuses(place, {
    says: /^Cannot make an archive: it has binaries for .* and windows\/386/m, hint: /several of one target/, exitCode: 2,
  })
})

test('a cache that is no folder', async () => {
  const place = await project({ 'a-file': '' })
  const ended = await place.build(['release'], { env: { SLIPWAY_CACHE: join(place.folder, 'a-file') } })
  assert.is(ended.code, 1)
  requireClear(ended, /^Cannot (use|write) the cache folder .*a-file/m, /SLIPWAY_CACHE|another folder/)
})

onSmallDisk('a full disk for the cache', async disk => {
  const place = await project()
  const ended = await place.build(['release'], { env: { SLIPWAY_CACHE: disk } })
  assert.is(ended.code, 1)
  requireClear(ended, /^Cannot .*there is no space left on the disk$/m, /Free some space/)
  const { errors } = await place.record()
  assert.equal(errors.map(({ code }) => code), ['DISK'])
  assert.equal(await namesIn(join(disk, 'tmp')), [])
  assert.equal((await namesIn(place.folder)).filter(name => name.includes('dist')), ['dist.run.json'])
})

onSmallDisk('a full disk for dist', async disk => {
  const place = await project()
  const ended = await place.build(['release', '--out', join(disk, 'dist')])
  assert.is(ended.code, 1)
  requireClear(ended, /^Cannot write .*dist: there is no space left on the disk$/m, /Free some space/)
  assert.equal((await namesIn(disk)).filter(name => name !== 'dist.run.json'), [])
  assert.is((await place.build(['release'])).code, 0)
  assert.equal((await place.record()).counts, { cached: 6, made: 4 })
})

const user = unless(otherUserReason())

/** As `refuses`, as another user. */
async function asUser(place: Workplace, files: readonly string[]): Promise<Ended> {
  const own = place.repository.beside('own')
  await mkdir(own)
  giveAway(own, ...files)
  letThrough(place.folder)
  const [program = '', ...args] = asOtherUser
  return start(program, [...args, process.execPath, ...nodeArguments, 'build.ts', 'release', '--json'], {
    cwd: place.folder,
    env: {
      ...callersEnvironment(), HOME: own, TMPDIR: own,
      SLIPWAY_CACHE: join(own, 'cache'), GOCACHE: join(own, 'go'), GOMODCACHE: join(own, 'modules'),
    },
  }).ended
}

user('a folder that may not be written to', async () => {
  const place = await project()
  await chmod(place.folder, 0o555)
  const { code, stdout } = await asUser(place, [place.folder])
  assert.is(code, 1)
  const { errors } = JSON.parse(stdout) as RunRecord
  assert.is(errors.length, 1, stdout)
  assert.match(errors[0]?.message ?? '', /^Cannot write .*dist: .*permission/)
  assert.match(errors[0]?.hint ?? '', /--out/)
  await chmod(place.folder, 0o755)
  assert.ok(!(await namesIn(place.folder)).some(name => name.includes('dist')))
})

user('a repository of another user, which git calls unsafe', async () => {
  const { code, stdout } = await asUser(await project(), [])
  assert.is(code, 1)
  const { errors } = JSON.parse(stdout) as RunRecord
  assert.is(errors.length, 1, stdout)
  assert.match(errors[0]?.message ?? '', /^Cannot read .*: the repository belongs to another user/)
  assert.match(errors[0]?.hint ?? '', /git config --global --add safe\.directory/)
})

test.run()
