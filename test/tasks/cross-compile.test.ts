import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { command, crossCompile, readToolchain, resolveVersion, run, source, type CrossCompileOptions } from '../../lib/index.ts'
import { discover } from '../../lib/project.ts'
import { openBytes } from '../../lib/clients/open-bytes.ts'
import { goBuildInfo } from '../../lib/formats/go-build-info.ts'
import type { ReleaseError } from '../../lib/values/errors.ts'
import { gitRepository } from '../support/git-repository.ts'
import { needs } from '../support/needs.ts'

const start = promisify(execFile)
const cache = mkdtempSync(join(tmpdir(), 'slipway-compile-'))
process.env['SLIPWAY_CACHE'] = cache
const repository = await gitRepository()
process.on('exit', () => rmSync(cache, { recursive: true, force: true }))
test.after(() => repository.remove())

// Nothing but the runtime, so that a variant is quick to compile.
const program = `package main

var version = "devel"
var count = 3

func main() { println(version, mode(), count) }
`
await repository.commit({
  'go.mod': 'module example.com/tool\n\ngo 1.21\n',
  'main.go': program,
  'mode.go': '//go:build !loud\n\npackage main\n\nfunc mode() string { return "quiet" }\n',
  'loud.go': '//go:build loud\n\npackage main\n\nfunc mode() string { return "loud" }\n',
})
await repository.tag('v1.2.3')

const folder = repository.folder
const [project, version, toolchain] = await Promise.all([discover(folder), run(resolveVersion(), { folder }), run(readToolchain())])
const { host } = toolchain.place
const usual: CrossCompileOptions = { project, version, toolchain, source: source({ folder, repository: folder }), target: host }

async function failure(options: Partial<CrossCompileOptions>): Promise<ReleaseError> {
  return run(crossCompile({ ...usual, ...options })).then(() => { throw new Error('it compiled') }, (error: ReleaseError) => error)
}

async function output(file: string): Promise<string> {
  return (await start(file)).stderr.trim()
}

test('stamps the project\'s own version variables where build.ts says nothing', async () => {
  const binary = await run(crossCompile(usual))
  assert.is(await output(binary.file), '1.2.3 quiet 3')
  assert.is(binary.target, host)
  assert.ok(binary.build?.command.includes('-trimpath'))
})

test('the recorded command gives the same bytes to an outsider', async () => {
  const { build, digest } = await run(crossCompile(usual))
  const clone = repository.beside('clone')
  await start('git', ['clone', '-q', folder, clone])
  const [go = '', ...args] = build?.command ?? []
  const { PATH, HOME } = process.env
  await start(go, args, { cwd: clone, env: { PATH, HOME, GOTOOLCHAIN: 'local', ...build?.environment } })
  const { stdout } = await start('sha256sum', [join(clone, 'tool')])
  assert.is(`sha256:${stdout.slice(0, 64)}`, digest)
})

test('tags choose files, and another program name is one', async () => {
  const binary = await run(crossCompile({ ...usual, tags: ['loud'], program: 'shout' }))
  assert.is(await output(binary.file), '1.2.3 loud 3')
  assert.is(binary.name, process.platform === 'win32' ? 'shout.exe' : 'shout')
})

test('a variant is in the binary and in its name', async () => {
  const { file } = await run(crossCompile({ ...usual, target: 'linux/386/softfloat' }))
  const bytes = await openBytes(file)
  try {
    assert.is((await goBuildInfo(bytes)).settings['GO386'], 'softfloat')
  } finally {
    await bytes.close()
  }
})

test('strip: false keeps symbols, and the compiler\'s flags are passed', async () => {
  const stripped = await run(crossCompile(usual))
  const whole = await run(crossCompile({ ...usual, strip: false, gcflags: ['-l'] }))
  assert.ok(whole.size > stripped.size, `${whole.size} > ${stripped.size}`)
  assert.ok(whole.build?.command.includes('-gcflags=-l'))
})

test('a value with spaces and quotes is stamped as it is', async () => {
  const binary = await run(crossCompile({ ...usual, stamp: { 'main.version': 'it\'s 1.2.3 of today' } }))
  assert.is(await output(binary.file), 'it\'s 1.2.3 of today quiet 3')
})

test('a stamp of a variable that is not there names the nearest one', async () => {
  const { code, message, hint = '' } = await failure({ stamp: { 'main.verison': '1' } })
  assert.is(code, 'STAMP')
  assert.match(message, 'main.verison')
  assert.match(hint, 'main.version')
})

test('a stamp of a number is refused before compiling', async () => {
  const { code, message } = await failure({ stamp: { 'main.count': '4' } })
  assert.is(code, 'STAMP')
  assert.match(message, 'main.count')
})

test('a value that cannot be quoted is refused', async () => {
  assert.throws(() => crossCompile({ ...usual, stamp: { 'main.version': 'a\nb' } }), /cannot be quoted/)
})

test('what another step made is laid over the project', async () => {
  const made = command({
    name: 'generated', source: source({ folder }), version, inputs: ['go.mod'], outputs: ['mode.go'],
    run: ['sh', '-c', 'printf "package main\\n\\nfunc mode() string { return \\"made for %s\\" }\\n" "$RELEASE_VERSION" > mode.go'],
  })
  const binary = await run(crossCompile({ ...usual, overlay: [made] }))
  assert.is(await output(binary.file), '1.2.3 made for 1.2.3 3')
  assert.match(readFileSync(join(folder, 'mode.go'), 'utf8'), 'quiet')
})

needs('gcc')('cgo compiles with the compiler that build.ts names', async () => {
  const c = await gitRepository()
  try {
    await c.commit({
      'go.mod': 'module example.com/c\n\ngo 1.21\n',
      'main.go': 'package main\n\n// int twice(int n) { return 2 * n; }\nimport "C"\n\nfunc main() { println(int(C.twice(21))) }\n',
    })
    await c.tag('v0.1.0')
    const its = { project: await discover(c.folder), version: await run(resolveVersion(), { folder: c.folder }), toolchain }
    const binary = await run(crossCompile({ ...its, source: source({ folder: c.folder }), target: host, cgo: { cc: 'gcc' } }))
    assert.is(await output(binary.file), '42')
    assert.is(binary.build?.environment['CGO_ENABLED'], '1')
  } finally {
    await c.remove()
  }
})

test('several main packages and none named is an error that lists them', () => {
  const mains = [{ program: 'a', package: './cmd/a', variables: {} }, { program: 'b', package: './cmd/b', variables: {} }]
  assert.throws(() => crossCompile({ ...usual, project: { ...project, mains } }), (error: ReleaseError) =>
    error.code === 'PROJECT' && /2 main packages/.test(error.message) && /'\.\/cmd\/a', '\.\/cmd\/b'/.test(error.hint ?? ''))
})

test.run()
