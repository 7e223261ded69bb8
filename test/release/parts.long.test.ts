import { spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { processMark } from '../../lib/clients/process-mark.ts'
import { startFakeRegistry } from '../support/fake-registry.ts'
import { hello } from './support/hello.ts'
import { libraryUrl, namesIn, removeWorkplaces, workplace, workplaceIn, type Workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

const script = `import { archive, buildImage, checksums, crossCompile, directory, main, publish, resolveVersion, send } from '${libraryUrl}'
await main(import.meta, {
  version: resolveVersion(),
  targets: ['linux/amd64', 'linux/arm64', 'windows/amd64'],
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const archives = binaries.map(binary => archive({ binary, files: ['README.md'] }))
    const image = buildImage({ base: base('static'), binaries, ports: [8080] })
    return { release: ['all of it', publish(send(directory('dist'), archives, image, checksums({ artifacts: archives })))] }
  },
})
`

const pushing = (host: string): string => script.replace("send(directory('dist'), archives,", `send(ociRegistry('${host}/example/hello'), image), send(directory('dist'), archives,`).replace('main, publish', 'main, ociRegistry, publish')

/** Another clone, with a cache of its own. */
async function clone(place: Workplace, name: string): Promise<Workplace> {
  const repository = place.repository.at(place.repository.beside(name))
  await place.repository.git('clone', '--quiet', place.folder, repository.folder)
  const cache = place.repository.beside(`${name}-cache`)
  const other = workplaceIn(repository, repository.folder)
  return { ...other, cache, build: (args, options = {}) => other.build(args, { ...options, env: { SLIPWAY_CACHE: cache, ...options.env } }) }
}

async function bytesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(await Promise.all(files.map(async file => [file.slice(folder.length), (await readFile(file)).toString('base64')] as const)))
}

test('two machines make a part each, a third joins them: the same bytes as one machine makes', async () => {
  const place = await workplace({ ...hello, '.gitignore': '/dist*\n', 'build.ts': script })
  const whole = await place.build(['release'])
  assert.is(whole.code, 0, whole.stderr)
  const parts = place.repository.beside('parts')
  for (const number of [1, 2]) {
    const machine = await clone(place, `machine-${number}`)
    const { code, stderr } = await machine.build(['release', '--shard', `${number}/2`])
    assert.is(code, 0, stderr)
    assert.equal(await namesIn(machine.dist), [], 'a part is no release')
    const record = JSON.parse(await readFile(join(machine.folder, 'dist.run.json'), 'utf8')) as { steps: readonly { kind: string, target?: string }[] }
    assert.equal(record.steps.filter(({ kind }) => kind === 'binary').map(({ target = '' }) => target).sort(), number === 1 ? ['linux/amd64', 'windows/amd64'] : ['linux/arm64'])
    await cp(join(machine.folder, `dist.part-${number}-of-2`), join(parts, `artifact ${number}`), { recursive: true })
  }
  const joiner = await clone(place, 'joiner')
  const joined = await joiner.build(['release', '--parts', parts])
  assert.is(joined.code, 0, joined.stderr)
  assert.equal(await bytesIn(joiner.dist), await bytesIn(place.dist))
  const { steps } = JSON.parse(await readFile(join(joiner.folder, 'dist.run.json'), 'utf8')) as { steps: readonly { target?: string, kind: string, state: string }[] }
  assert.equal([...new Set(steps.filter(({ target, kind }) => target !== undefined && kind !== 'receipt').map(({ state }) => state))], ['cached'])

  // What is missing, foreign, twice there, or changed, is not joined.
  const refused = async (message: RegExp): Promise<void> => {
    const { code, stderr } = await (await clone(place, `again-${Math.random()}`)).build(['release', '--parts', parts])
    assert.is(code, 1)
    assert.match(stderr, message)
  }
  await cp(join(parts, 'artifact 1'), join(parts, 'artifact 1 again'), { recursive: true })
  await refused(/Cannot take the parts in .*: one is there twice/)
  await rm(join(parts, 'artifact 1 again'), { recursive: true })
  const [first, second] = await Promise.all(['artifact 1', 'artifact 2'].map(async name => namesIn(join(parts, name, 'blobs'))))
  const blob = second?.find(name => !first?.includes(name)) ?? ''   // what both have need not be read twice
  const bytes = await readFile(join(parts, 'artifact 2/blobs', blob))
  await writeFile(join(parts, 'artifact 2/blobs', blob), 'changed')
  await refused(/Cannot take .*: its bytes are sha256:/)
  await writeFile(join(parts, 'artifact 2/blobs', blob), bytes)
  const part = join(parts, 'artifact 2/part.json')
  const text = await readFile(part, 'utf8')
  await writeFile(part, text.replace(/"commit": "\w{12}/, '"commit": "000000000000'))
  await refused(/Cannot take the part in .*artifact 2: it is 2\/2 of hello 1\.2\.3 at 000000000000, and this is hello 1\.2\.3 at/)
  await writeFile(part, '{')
  await refused(/part\.json: it is none that this Slipway wrote/)
  await rm(join(parts, 'artifact 2'), { recursive: true })
  await refused(/Cannot take the parts in .*: 2\/2 is missing/)
})

test('what was made in parts goes to a registry, and what is sent ahead is told with all else', async () => {
  const registry = await startFakeRegistry()
  try {
    const place = await workplace({ ...hello, '.gitignore': '/dist*\n', 'build.ts': pushing(registry.host) })
    assert.is((await place.build(['release', '--shard', '1/1'])).code, 0)
    assert.equal(registry.requests, [])
    const joined = await (await clone(place, 'joiner')).build(['release', '--parts', join(place.folder, 'dist.part-1-of-1')])
    assert.is(joined.code, 0, joined.stderr)
    const { host } = registry
    const sent = joined.stderr.split('\n').filter(line => line.includes(`at registry ${host}/example/hello: `))
    assert.equal(sent, [`stage ahead at registry ${host}/example/hello: 2 done`, `stage at registry ${host}/example/hello: 1 done`])
    assert.equal([...registry.repository('example/hello').tags.keys()].sort(), ['1.2.3-static', 'latest-static'])
    const { stdout } = await place.build(['plan'])
    assert.match(stdout, /image/)
    assert.not.match(stdout, /ahead/)
    const one = await place.build(['release', '--only', 'linux/arm64'])
    assert.match(one.stderr, new RegExp(`\nstage ahead at registry ${host}/example/hello: 1 done\n`))
  } finally {
    await registry.close()
  }
})

test('what a killed run left of a part goes with the next one', async () => {
  const place = await workplace({ ...hello, '.gitignore': '/dist*\n', 'build.ts': script })
  const { stdout } = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' })
  const left = join(place.folder, `.part-1-of-1.${processMark().replace(String(process.pid), stdout.trim())}`)
  await mkdir(join(left, 'blobs'), { recursive: true })
  const { code, stderr } = await place.build(['release', '--shard', '1/1'])
  assert.is(code, 0, stderr)
  assert.equal((await namesIn(place.folder)).filter(name => name.startsWith('.part')), [])
  assert.equal(await namesIn(join(place.folder, 'dist.part-1-of-1')), ['blobs', 'part.json'])
})

test('parts of other sources are no parts of this release', async () => {
  const place = await workplace({ ...hello, '.gitignore': '/dist*\n', 'build.ts': script })
  assert.is((await place.build(['release', '--shard', '1/1'])).code, 0)
  const other = await clone(place, 'other')
  // Not committed, and read all the same: a build.ts that says otherwise makes other things.
  await writeFile(join(other.folder, 'other.ts'), script.replace('ports: [8080]', 'ports: [8080], labels: {}').replace("files: ['README.md']", 'level: 9'))
  const { code, stderr } = await other.build(['release', '--parts', join(place.folder, 'dist.part-1-of-1')], { script: 'other.ts' })
  assert.is(code, 1)
  assert.match(stderr, /Cannot release from these parts: 5 steps that they should have made are not in them, such as archive hello_1\.2\.3_linux_amd64/)
})

test('what is no part is said', async () => {
  const place = await workplace({ ...hello, 'build.ts': script })
  for (const wrong of ['0/2', '3/2', 'two', '1']) {
    const { code, stderr } = await place.build(['release', '--shard', wrong])
    assert.is(code, 2)
    assert.match(stderr, /Write one such as 2\/4, the second of four/)
  }
  assert.match((await place.build(['release', '--parts', 'nowhere'])).stderr, /Cannot read the parts in .*nowhere/)
  assert.match((await place.build(['release', '--parts', '.'])).stderr, /Cannot take the parts in .*: there is none/)
})

test.run()
