import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { createExec } from '../../../lib/clients/exec.ts'
import { fixedEnvironment } from '../../../lib/clients/environment.ts'
import { compileEnvironment, readToolchain } from '../../../lib/clients/go/toolchain.ts'
import type { Exec } from '../../../lib/contracts/exec.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import type { Json } from '../../../lib/values/json.ts'
import { commonPlatforms, resolveTargets } from '../../../lib/values/targets.ts'

const test = suite<{ folder: string }>('go toolchain')

test.before.each(async context => { context.folder = await mkdtemp(join(tmpdir(), 'slipway-toolchain-')) })
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

function execIn(cwd: string, environment: Record<string, string> = {}): Exec {
  const fixed = fixedEnvironment(process.env)
  return createExec({ environment: { ...fixed, ...environment }, signal: AbortSignal.timeout(60_000), cwd })
}

async function refusal(reading: Promise<unknown>): Promise<ReleaseError> {
  const error = await reading.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

/** A program that answers in Go's place. */
async function stand(folder: string, script: string): Promise<string> {
  const program = join(folder, 'go')
  await writeFile(program, `#!/bin/sh\n${script}\n`)
  await chmod(program, 0o755)
  return program
}

test('is what the go command says of itself', async ({ folder }) => {
  const { go, place } = await readToolchain({ exec: execIn(folder), environment: process.env })
  const version = execFileSync('go', ['version'], { encoding: 'utf8' })
  assert.is(version.trim(), `go version ${go} ${place.host}`)
  assert.ok(isAbsolute(place.program))
  assert.ok(isAbsolute(place.environment['GOCACHE'] ?? ''))
  const listed = execFileSync('go', ['tool', 'dist', 'list'], { encoding: 'utf8' }).trim().split('\n')
  assert.equal(place.platforms.filter(({ broken }) => !broken).map(({ target }) => target), listed)
})

test('knows which of the common platforms there are', async ({ folder }) => {
  const toolchain = await readToolchain({ exec: execIn(folder), environment: process.env })
  const { targets, absent } = resolveTargets(commonPlatforms, toolchain)
  assert.is(targets.length + absent.length, commonPlatforms.pairs.length)
  if (!toolchain.go.startsWith('go1.26')) return
  assert.is(targets.length, 17)
  assert.equal(absent.map(({ reason }) => reason.replace(/1\.26[.\d]*/, '1.26')), [
    'go 1.26 has no freebsd/ppc64le', 'go 1.26 has no freebsd/s390x', 'go 1.26 marks freebsd/riscv64 as broken',
    'go 1.26 has no openbsd/ppc64le', 'go 1.26 has no openbsd/s390x',
  ])
})

test('keeps what the user says about modules, in the environment and in GOENV', async ({ folder }) => {
  await writeFile(join(folder, 'settings'), 'GOPRIVATE=corp.example\nGOPROXY=https://written.example\n')
  const environment = {
    GOENV: join(folder, 'settings'), GOPROXY: 'https://set.example', GOFLAGS: '-mod=mod -modcacherw', GOOS: 'nowhere',
    GIT_SSH_COMMAND: 'ssh -i key', SECRET: 'no', GOCACHE: join(folder, 'cache'),
  }
  const { place } = await readToolchain({ exec: execIn(folder), environment })
  assert.is(place.environment['GOPROXY'], 'https://set.example')
  assert.is(place.environment['GOPRIVATE'], 'corp.example')
  assert.is(place.environment['GOFLAGS'], '-modcacherw')
  assert.is(place.environment['GIT_SSH_COMMAND'], 'ssh -i key')
  assert.not('SECRET' in place.environment)
  assert.not('GOOS' in place.environment)
})

test('is the same in a folder whose go.mod asks for another one', async ({ folder }) => {
  await writeFile(join(folder, 'go.mod'), 'module example.com/x\n\ngo 1.99\n')
  await writeFile(join(folder, 'go.work'), 'this is no go.work file')
  const here = await readToolchain({ exec: execIn(folder), environment: process.env })
  assert.equal(here, await readToolchain({ exec: execIn(tmpdir()), environment: process.env }))
})

test('is found behind a link or a wrapper', async ({ folder }) => {
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
  await symlink(join(root, 'bin', 'go'), join(folder, 'linked'))
  const linked = await readToolchain({ exec: execIn(folder), environment: {}, program: join(folder, 'linked') })
  assert.is(linked.place.program, join(root, 'bin', 'go'))
  const wrapper = await stand(folder, `exec ${join(root, 'bin', 'go')} "$@"`)
  const wrapped = await readToolchain({ exec: execIn(folder), environment: {}, program: wrapper })
  assert.is(wrapped.place.program, join(root, 'bin', 'go'))
})

test('asks for the platforms once where an answer is recalled', async ({ folder }) => {
  const kept = new Map<string, Json>()
  const recall = async <T extends Json>(key: Json, compute: () => Promise<T>): Promise<T> => {
    const text = JSON.stringify(key)
    if (!kept.has(text)) kept.set(text, await compute())
    return kept.get(text) as T
  }
  const first = await readToolchain({ exec: execIn(folder), environment: process.env, recall })
  const second = await readToolchain({ exec: execIn(folder), environment: process.env, recall })
  assert.is(kept.size, 1)
  assert.equal(second, first)
})

test('of an older Go that knows no -broken has the platforms that it lists', async ({ folder }) => {
  const program = await stand(folder, `case "$*" in
    env*) echo '{"GOVERSION":"go1.20.1","GOHOSTOS":"linux","GOHOSTARCH":"amd64"}' ;;
    *-broken*) echo 'flag provided but not defined: -broken' >&2; exit 2 ;;
    *) echo '[{"GOOS":"linux","GOARCH":"arm64","CgoSupported":true}]' ;;
    esac`)
  const { go, place } = await readToolchain({ exec: execIn(folder), environment: {}, program })
  assert.is(go, 'go1.20.1')
  assert.is(place.program, program)
  assert.equal(place.platforms, [{ target: 'linux/arm64', cgo: true, broken: false }])
})

test('that is not there is said to be, with where to get it', async ({ folder }) => {
  const error = await refusal(readToolchain({ exec: execIn(folder, { PATH: folder }), environment: {} }))
  assert.is(error.code, 'TOOLCHAIN')
  assert.match(error.message, /^Cannot find the Go toolchain: .*not on the PATH/)
  assert.match(error.hint ?? '', /https:\/\/go\.dev\/dl\//)
})

test('that is too old, or does not answer, is refused', async ({ folder }) => {
  const old = await stand(folder, `echo '{"GOVERSION":"go1.17.2"}'`)
  const refused = await refusal(readToolchain({ exec: execIn(folder), environment: {}, program: old }))
  assert.is(refused.code, 'TOOLCHAIN')
  assert.match(refused.message, /^Cannot compile with go1\.17\.2: it is older than Go 1\.19$/)

  const broken = await stand(folder, 'echo "no space left" >&2; exit 3')
  const silent = await refusal(readToolchain({ exec: execIn(folder), environment: {}, program: broken }))
  assert.is(silent.code, 'TOOLCHAIN')
  assert.is(silent.output, 'no space left')

  const chatty = await stand(folder, 'echo hello')
  const strange = await refusal(readToolchain({ exec: execIn(folder), environment: {}, program: chatty }))
  assert.is(strange.code, 'TOOLCHAIN')
})

test('compiles in an environment that no setting of the caller reaches', async ({ folder }) => {
  const settings = join(folder, 'settings')
  await writeFile(settings, 'GOFLAGS=-tags=caller\nGOOS=plan9\nGOAMD64=v3\nGOPROXY=direct\n')
  const toolchain = await readToolchain({ exec: execIn(folder), environment: { ...process.env, GOENV: settings } })
  const env = compileEnvironment(toolchain, 'linux/arm/v7', { cgo: true, work: '/w/go.work' })
  const expected = {
    GOOS: 'linux', GOARCH: 'arm', GOARM: '7', GOPROXY: 'off', CGO_ENABLED: '1', GOWORK: '/w/go.work',
    GOTOOLCHAIN: 'local', GOFLAGS: '', GOEXPERIMENT: '',
  }
  const { stdout } = await execIn(folder)(toolchain.place.program, ['env', '-json', ...Object.keys(expected)], { env })
  assert.equal(JSON.parse(stdout), expected)
  const plain = compileEnvironment(toolchain, 'linux/amd64')
  assert.is(plain['CGO_ENABLED'], '0')
  assert.is(plain['GOWORK'], 'off')
  const { stdout: level } = await execIn(folder)(toolchain.place.program, ['env', 'GOAMD64'], { env: plain })
  assert.is(level, 'v1\n')
})

test.run()
