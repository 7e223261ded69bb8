import { execFileSync } from 'node:child_process'
import { chmod, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript, commandFields, hostTarget } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { libraryUrl } from './support/workplace.ts'
import { digestsIn } from './support/tree-state.ts'
import { namesIn, removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

async function released(place: Workplace, ...args: readonly string[]): Promise<string> {
  const { code, stderr } = await place.build(['release', ...args])
  assert.is(code, 0, stderr)
  return stderr
}

/** Steps of the project's own: code that is generated before, a signature between binary and archive, a source archive. */
const whole = `import {
  archive, checksums, command, crossCompile, directory, main, publish, send, sourceArchive, transform,
} from '${libraryUrl}'

const dist = directory('dist')
await main(import.meta, {
  targets: ${JSON.stringify([hostTarget])},
  goals: ({ project, version, source, toolchain, targets }) => {
    const generated = command({
      name: 'generated code', source: source('generate'), version,
      inputs: ['generate.sh', 'words.txt'], outputs: ['words.go'], run: ['sh', 'generate.sh'], tools: [['sh', '-c', 'echo 1']],
    })
    const go = { project, version, toolchain, source: source('go'), overlay: [generated] }
    const binaries = targets.map(target => crossCompile({ ...go, target }))
    const signed = binaries.map(binary => transform({
      artifact: binary, version, name: 'signature',
      run: ['sh', '-c', 'cat "$0" > "$1" && echo signed >> "$1"', '{input}', '{output}'],
    }))
    const archives = signed.map(binary =>
      archive({ binary, files: ['README.md'], source: source('files'), wrap: true }))
    const sources = sourceArchive({ project, version, source: source('git') })
    const sums = checksums({ artifacts: [...archives, sources] })
    return { release: ['all of it', publish(send(dist, archives, sources, sums))] }
  },
})
`

const generating = {
  ...hello, 'build.ts': whole, 'words.txt': 'good day\n',
  'generate.sh': 'printf \'package main\\n\\nconst words = "%s"\\n\' "$(cat words.txt) from $RELEASE_VERSION" > words.go\n',
  'main.go': [
    'package main', '', 'import "os"', '', 'var version = "dev"', '',
    'func main() { os.Stdout.WriteString(version + " " + words) }', '',
  ].join('\n'),
}

test('steps of the project\'s own come before, between and beside', async () => {
  const place = await workplace(generating)
  await released(place)
  const [os, arch] = hostTarget.split('/')
  const name = `hello_1.2.3_${os}_${arch}`
  execFileSync('tar', ['-xzf', join(place.dist, `${name}.tar.gz`), '-C', place.repository.beside('.')])
  const program = place.repository.beside(`${name}/hello`)
  assert.is(execFileSync(program, { encoding: 'utf8' }), '1.2.3 good day from 1.2.3')
  assert.is(execFileSync('tail', ['-c', '7', program], { encoding: 'utf8' }), 'signed\n')
  const source = (await namesIn(place.dist)).find(one => one.includes('source')) ?? ''
  assert.match(execFileSync('tar', ['-tzf', join(place.dist, source)], { encoding: 'utf8' }), /words\.txt/)
  assert.not.ok((await namesIn(place.folder)).includes('words.go'))
  await released(place)
  const again = (await place.record()).steps.filter(({ state }) => state === 'made')
  assert.equal(again.map(({ kind }) => kind), ['receipt', 'receipt', 'receipt', 'record'])
})

test('a file unknown to git that a waiting compile reads makes the first run a snapshot, as every later one', async () => {
  const place = await workplace(generating)
  await writeFile(join(place.folder, 'unknown.go'), 'package main\n\nfunc init() { println("unknown") }\n')
  await released(place)
  const first = (await place.record()).version ?? ''
  assert.match(first, /^1\.2\.4-0\./)
  await released(place)
  assert.is((await place.record()).version, first)
})

test('what is damaged or missing in the cache is made again, with a notice', async () => {
  const place = await workplace({ ...hello, 'build.ts': buildScript() })
  await released(place)
  const expected = await digestsIn(place.dist)
  const blobs = join(place.cache, 'blobs/sha256')
  const { steps } = await place.record()
  const digestOf = (kind: string): string => {
    const { digest = '' } = steps.find(step => step.kind === kind) ?? {}
    return join(blobs, digest.slice('sha256:'.length))
  }
  await rm(digestOf('binary'))
  await chmod(digestOf('archive'), 0o644)
  await truncate(digestOf('archive'), 1000)
  await chmod(digestOf('checksums'), 0o644)
  await writeFile(digestOf('checksums'), 'x'.repeat((await readChecksums(place)).length))
  await rm(place.dist, { recursive: true })
  const notices = (await released(place)).split('\n').filter(line => line.startsWith('notice: '))
  assert.is(notices.length, 3, notices.join('\n'))
  assert.equal(await digestsIn(place.dist), expected)
  assert.equal(await readdir(join(place.cache, 'tmp')), [])
})

async function readChecksums({ dist }: Workplace): Promise<string> {
  const name = (await namesIn(dist)).find(one => one.endsWith('_checksums.txt')) ?? ''
  return execFileSync('cat', [join(dist, name)], { encoding: 'utf8' })
}

const skipping = (compile: string): string => buildScript({
  targets: JSON.stringify([hostTarget]),
  head: `import { Skip, task } from '${libraryUrl}'
const elsewhere = task({
  name: 'page', revision: 1, outline: () => ({ kind: 'page', name: 'page.html' }),
  work: async () => { throw new Skip('its server does not answer') },
})`,
  goals: `all: ['with what is elsewhere', publish(send(dist, archives, elsewhere({})))], ${compile}`,
})

test('a step that is skipped leaves a part out; with --strict it is a failure', async () => {
  const place = await workplace({ ...hello, 'build.ts': skipping('') })
  const lax = await place.build(['all'])
  assert.is(lax.code, 0, lax.stderr)
  assert.match(lax.stderr, /page\.html.*skipped.*its server does not answer/)
  const strict = await place.build(['all', '--strict', '--out', 'strict'])
  assert.is(strict.code, 1, strict.stderr)
  assert.match(strict.stderr, /its server does not answer/)
  assert.not.ok((await namesIn(place.folder)).includes('strict'))
})

test('--fail-fast stops everything at the first failure, and what had begun too', async () => {
  const endless = `command({ ${commandFields('endless work', 'exec sleep 1000')}, outputs: ['x'] })`
  const failing = `command({ ${commandFields('failing work', 'echo the reason why; exit 3')}, outputs: ['x'] })`
  const goals = `both: ['fails', [${endless}, ${failing}]],`
  const place = await workplace({ ...hello, 'build.ts': buildScript({ goals }) })
  const { code, stderr } = await place.build(['both', '--fail-fast', '--jobs', '2'])
  assert.is(code, 1)
  assert.is(stderr.match(/\| the reason why$/gm)?.length, 1, stderr)
  assert.equal((await place.record()).counts, { cancelled: 1, failed: 1 })
})

test('a build.ts means the same wherever it is started', async () => {
  const place = await workplace({
    'sub/build.ts': buildScript({ definition: "project: '../app'," }), 'sub/package.json': '{ "type": "module" }\n',
    ...Object.fromEntries(Object.entries(hello).map(([name, text]) => [`app/${name}`, text])) })
  const { code, stderr } = await place.build(['release', '--only', hostTarget], {
    script: join(place.folder, 'sub/build.ts'), cwd: place.repository.beside('.'),
  })
  assert.is(code, 0, stderr)
  assert.equal(await namesIn(join(place.folder, 'sub')), ['build.ts', 'dist', 'dist.run.json', 'package.json'])
})

test.run()
