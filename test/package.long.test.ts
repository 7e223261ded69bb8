import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const execute = promisify(execFile)
const repository = fileURLToPath(new URL('..', import.meta.url))
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))

/** The packed library, and a Go project elsewhere that it is installed into. */
const place = { folder: '', project: '' }

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, SLIPWAY_CACHE: join(place.folder, 'cache'), NODE_OPTIONS: '' }
  try {
    const { stdout } = await execute(program, args, { cwd: place.project, env })
    return stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string, stderr: string }
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
  }
}

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(place.project, name)), { recursive: true })
  await writeFile(join(place.project, name), text)
}

async function git(...args: readonly string[]): Promise<void> {
  await run('git', '-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args)
}

async function pack(): Promise<string> {
  const args = ['pack', '--json', '--pack-destination', place.folder]
  const { stdout } = await execute('npm', args, { cwd: repository })
  const [packed] = JSON.parse(stdout) as readonly { filename: string }[]
  return join(place.folder, packed?.filename ?? '')
}

test.before(async () => {
  place.folder = await mkdtemp(join(tmpdir(), 'package-'))
  place.project = join(place.folder, 'hello')
  await write('go.mod', 'module example.com/hello\n\ngo 1.21\n')
  await write('cmd/hello/main.go', 'package main\n\nimport "fmt"\n\nvar version = "dev"\n\nfunc main() { fmt.Println("hello", version) }\n')
  await write('README.md', '# hello\n')
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '--message=Say hello')
  await git('tag', 'v1.2.3')
  const file = await pack()
  // What `npx slipway init` finds: Slipway somewhere, and a project without a package.json.
  await run('npm', 'install', '--prefix', join(place.folder, 'tool'), '--prefer-offline', file)
  await run(join(place.folder, 'tool/node_modules/.bin/slipway'), 'init')
  await run('npm', 'install', '--prefer-offline', '--save-dev', file)
})

test.after(async () => {
  await rm(place.folder, { recursive: true, force: true })
})

test('what init wrote lists its goals', async () => {
  const text = await run('npx', 'tsx', 'build.ts')
  assert.match(text, /^ +build +the programs for every platform$/m)
  assert.match(text, /^ +release +archives and checksums, in dist\/$/m)
})

test('what destinations are tried with comes along', async () => {
  await write('try.ts', `
    import { destinationContract, startFakeGithub } from 'slipway/testing'
    const github = await startFakeGithub({ repositories: {} } as never).catch((error: Error) => error.message)
    console.log(typeof destinationContract, typeof startFakeGithub)
    if (typeof github !== 'string') await github.close()
  `)
  assert.is(await run('npx', 'tsx', 'try.ts'), 'function function\n')
})

test('what init wrote makes a release', async () => {
  const { arch } = process
  const architecture = arch === 'x64' ? 'amd64' : arch
  await run('npx', 'tsx', 'build.ts', 'release', '--only', `linux/${architecture}`)
  const archive = `hello_1.2.3_linux_${architecture}.tar.gz`
  assert.equal((await readdir(join(place.project, 'dist'))).sort(), ['hello_1.2.3_checksums.txt', archive, 'release.json'])
  const unpacked = await mkdtemp(join(place.folder, 'unpacked-'))
  await run('tar', '-xzf', `dist/${archive}`, '-C', unpacked)
  assert.equal((await readdir(unpacked)).sort(), ['README.md', 'hello'])
  assert.is(await run(join(unpacked, 'hello')), 'hello 1.2.3\n')
})

test('what init wrote is what the compiler takes, with the types as they are published', async () => {
  await write('tsconfig.json', JSON.stringify({
    compilerOptions: {
      strict: true, exactOptionalPropertyTypes: true, target: 'es2022', module: 'nodenext', noEmit: true, types: ['node'],
      typeRoots: [join(repository, 'node_modules/@types')], skipLibCheck: true,
    },
    files: ['build.ts'],
  }))
  assert.is(await run(process.execPath, tsc, '-p', '.'), '')
})

test('a build.ts can be imported for its values, and runs nothing then', async () => {
  await write('platforms.ts', `import { matrix } from 'slipway'\nexport const platforms = matrix({ linux: ['amd64', 'arm64'] })\n`)
  await write('other/build.ts', `
    import { main } from 'slipway'
    import { platforms } from '../platforms.ts'
    export { platforms }
    await main(import.meta, { targets: platforms, goals: () => { throw new Error('it ran') } })`)
  await write('reads.ts', `import { platforms } from './other/build.ts'\nconsole.log(platforms.pairs.join())\n`)
  assert.is(await run('npx', 'tsx', 'reads.ts'), 'linux/amd64,linux/arm64\n')
})

test('a script calls one task alone', async () => {
  await write('script.ts', `
    import { $ } from 'zx'
    import { crossCompile, discover, readToolchain, resolveVersion, run, source } from 'slipway'

    const project = await discover('.')
    const version = await run(resolveVersion())
    const toolchain = await run(readToolchain())
    const target = toolchain.place.host
    const binary = await run(crossCompile({ project, version, toolchain, source: source({ folder: '.' }), target }))
    console.log(binary.program, binary.version, (await $\`go version -m \${binary.file}\`).stdout)`)
  const text = await run('npx', 'tsx', 'script.ts')
  assert.match(text, /^hello 1\.2\.3 /)
  assert.match(text, /\tmod\texample\.com\/hello/)
})

test('a file loads the packages that its name says, and network where it says so, before it is asked for more', async () => {
  const folder = join(place.project, 'node_modules/slipway/built/parts')
  const files = (await readdir(folder)).sort()
  assert.ok(['core.js', 'load.js', 'network.js', 'semver.js', 'yaml.js'].every(name => files.includes(name)), files.join(' '))
  const imports = new Map<string, readonly string[]>()
  for (const name of files) {
    const text = await readFile(join(folder, name), 'utf8')
    imports.set(name, [...text.matchAll(/^import (?:[^'"]* from )?['"]([^'"]+)['"]/gm)].map(([, from = '']) => from))
    // tsx writes a file anew where it finds import() in it.
    assert.is(/\bimport\(/.test(text), name === 'load.js', name)
  }
  const needs = (name: string): readonly string[] => (imports.get(name) ?? []).flatMap(from => {
    if (from.startsWith('./')) return needs(from.slice(2))
    if (/^node:(http|https|tls)$/.test(from)) return ['network']
    return from.startsWith('node:') ? [] : [from.startsWith('@') ? from.slice(1).replace('/', '-') : from.replace(/\/.*/, '')]
  })
  for (const name of files.filter(file => file !== 'load.js')) {
    const said = name.replace(/\.js$/, '').replace(/^testing-/, '')
    assert.is([...new Set(needs(name))].sort().join('-') || 'core', said, name)
  }
})

test('only what is meant to be published is in the package', async () => {
  const names = await readdir(join(place.project, 'node_modules/slipway'))
  assert.equal(names.filter(name => !['README.md', 'CHANGELOG.md'].includes(name)).sort(), ['LICENSE', 'built', 'docs', 'package.json'])
  const { bin } = JSON.parse(await readFile(join(place.project, 'node_modules/slipway/package.json'), 'utf8')) as { bin: unknown }
  assert.equal(bin, { slipway: './built/lib/cli.js' })
})

test.run()
