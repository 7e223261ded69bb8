import { execFileSync } from 'node:child_process'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript, hostTarget } from './support/build-script.ts'
import { withGreeting } from './support/greeting.ts'
import { libraryFolder, nodeArguments, start } from './support/start.ts'
import { callersEnvironment, namesIn, removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

const [os, arch] = hostTarget.split('/')

/** Releases a folder with this repository's own build.ts, as it is, for this machine. */
async function releaseWithOurs(place: Workplace, project: string, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const options = ['--project', project, '--only', hostTarget, '--out', place.dist]
  const { code, stderr } = await start(process.execPath, [...nodeArguments, join(libraryFolder, 'build.ts'), 'release', ...options], {
    cwd: place.folder, env: { ...callersEnvironment(), SLIPWAY_CACHE: place.cache, ...env },
  }).ended
  assert.is(code, 0, stderr)
  return namesIn(place.dist)
}

/** What the program in an archive of this release prints. */
async function output(place: Workplace, archive: string, program: string): Promise<string> {
  execFileSync('tar', ['-xzf', join(place.dist, `${archive}_${os}_${arch}.tar.gz`), '-C', place.repository.beside('.')])
  return execFileSync(place.repository.beside(program), { encoding: 'utf8' })
}

const prints = (text: string, imported = ''): string => [
  'package main', '', 'import (', '\t"fmt"', ...imported ? ['', `\t${imported}`] : [], ')', '', 'var version = "dev"', '',
  `func main() { fmt.Print(version, " ", ${text}) }`, '',
].join('\n')
const module = (path: string, more = ''): string => `module ${path}\n\ngo 1.21\n${more}`

async function retag({ repository }: Workplace, files: Readonly<Record<string, string>> = {}): Promise<void> {
  await repository.commit(files)
  await repository.git('tag', '--force', 'v1.2.3')
}

const greeter = {
  'go.mod': module('example.com/greeter', '\nrequire example.com/greeting v1.0.0\n'),
  'main.go': prints('greeting.Text', '"example.com/greeting"'),
}

test('a module that needs another one, which is downloaded', async () => {
  const place = await workplace(greeter)
  const env = await withGreeting(place.repository)
  await retag(place)
  await rm(place.repository.beside('modules'), { recursive: true })
  await releaseWithOurs(place, place.folder, env)
  assert.is(await output(place, 'greeter_1.2.3', 'greeter'), '1.2.3 good day')
})

test('a module from the world\'s own proxy, or the cache of it', async () => {
  const place = await workplace({
    'go.mod': module('example.com/identifier', '\nrequire github.com/google/uuid v1.6.0\n'),
    'go.sum': [
      'github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=',
      'github.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=', '',
    ].join('\n'),
    'main.go': prints('uuid.Nil', '"github.com/google/uuid"'),
  })
  await releaseWithOurs(place, place.folder)
  assert.is(await output(place, 'identifier_1.2.3', 'identifier'), '1.2.3 00000000-0000-0000-0000-000000000000')
})

test('vendored modules, without a network', async () => {
  const place = await workplace(greeter)
  const env = await withGreeting(place.repository)
  await place.repository.exec('go', ['mod', 'vendor'], { env: { ...env, GOTOOLCHAIN: 'local' } })
  await retag(place)
  await releaseWithOurs(place, place.folder, { GOPROXY: 'off', GOMODCACHE: place.repository.beside('nothing') })
  assert.is(await output(place, 'greeter_1.2.3', 'greeter'), '1.2.3 good day')
})

test('two programs in one module of a repository with several, each with its own tags', async () => {
  const place = await workplace({
    'README.md': '# everything\n',
    'api/go.mod': module('example.com/mono/api'), 'api/README.md': '# api\n',
    'api/cmd/server/main.go': prints('"server"'), 'api/cmd/control/main.go': prints('"control"'),
    'web/go.mod': module('example.com/mono/web'), 'web/main.go': prints('"web"'),
  }, ['api/v2.0.0', 'web/v0.3.0-beta.1', 'v9.9.9'])
  assert.equal((await releaseWithOurs(place, join(place.folder, 'api'))).filter(name => name.endsWith('.gz')), [
    `control_2.0.0_${os}_${arch}.tar.gz`, `server_2.0.0_${os}_${arch}.tar.gz`,
  ])
  assert.is(await output(place, 'control_2.0.0', 'control'), '2.0.0 control')
  assert.is(await output(place, 'server_2.0.0', 'server'), '2.0.0 server')
  await releaseWithOurs(place, join(place.folder, 'web'))
  assert.is(await output(place, 'web_0.3.0-beta.1', 'web'), '0.3.0-beta.1 web')
})

test('a workspace whose modules need each other', async () => {
  const place = await workplace({
    'go.work': 'go 1.21\n\nuse (\n\t./app\n\t./shared\n)\n',
    'app/go.mod': module('example.com/work/app', '\nrequire example.com/work/shared v0.0.0\n'),
    'app/main.go': prints('shared.Text', '"example.com/work/shared"'),
    'shared/go.mod': module('example.com/work/shared'), 'shared/shared.go': 'package shared\n\nconst Text = "shared"\n',
  })
  await releaseWithOurs(place, join(place.folder, 'app'))
  assert.is(await output(place, 'app_1.2.3', 'app'), '1.2.3 shared')
  await retag(place, { 'shared/shared.go': 'package shared\n\nconst Text = "changed"\n' })
  await releaseWithOurs(place, join(place.folder, 'app'))
  assert.is(await output(place, 'app_1.2.3', 'app'), '1.2.3 changed')
})

test('a main package in another module of the workspace, named in build.ts', async () => {
  const place = await workplace({
    'build.ts': buildScript({ targets: JSON.stringify([hostTarget]) })
      .replace('project.mains.flatMap(({ package: main })', "['./tool/cmd/helper'].flatMap(main"),
    'go.work': 'go 1.21\n\nuse (\n\t.\n\t./tool\n)\n', 'go.mod': module('example.com/work'), 'main.go': prints('"main"'),
    'tool/go.mod': module('example.com/tool'),
    'tool/cmd/helper/main.go': 'package main\n\nfunc main() { print("helper") }\n',
  })
  const { code, stderr } = await place.build(['release'])
  assert.is(code, 0, stderr)
  assert.ok((await namesIn(place.dist)).some(name => name.startsWith('helper_1.2.3_')))
})

test('a program deep in the folders of a module', async () => {
  const place = await workplace({
    'go.mod': module('example.com/deep/v3'), 'deep.go': 'package deep\n\nconst Text = "deep"\n',
    'services/edge/cmd/edged/main.go': prints('deep.Text', 'deep "example.com/deep/v3"'),
    'examples/other/main.go': prints('"an example"'), 'internal/tools/gen/main.go': prints('"a tool"'),
  })
  const names = await releaseWithOurs(place, place.folder)
  assert.equal(names.filter(name => name.endsWith('.gz')), [`edged_1.2.3_${os}_${arch}.tar.gz`])
  assert.is(await output(place, 'edged_1.2.3', 'edged'), '1.2.3 deep')
})

test('a module replaced by a folder beside it, in the repository', async () => {
  const place = await workplace({
    'app/go.mod': module('example.com/app', '\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n'),
    'app/main.go': prints('lib.Text', '"example.com/lib"'),
    'lib/go.mod': module('example.com/lib'), 'lib/lib.go': 'package lib\n\nconst Text = "replaced"\n',
  })
  await releaseWithOurs(place, join(place.folder, 'app'))
  assert.is(await output(place, 'app_1.2.3', 'app'), '1.2.3 replaced')
  const record = JSON.parse(await readFile(join(place.dist, 'release.json'), 'utf8')) as { snapshot: boolean }
  assert.is(record.snapshot, false)
})

test('a module replaced by a folder outside of the repository, whose bytes are in no commit: a snapshot', async () => {
  const place = await workplace({
    'go.mod': module('example.com/app', '\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n'),
    'main.go': prints('lib.Text', '"example.com/lib"'),
    'template/go.mod': module('example.com/lib'), 'template/lib.go': 'package lib\n\nconst Text = "outside"\n',
  })
  await cp(join(place.folder, 'template'), place.repository.beside('lib'), { recursive: true })
  const [, archive = ''] = await releaseWithOurs(place, place.folder)
  assert.match(archive, /^app_1\.2\.4-0\.\d{14}\.g[0-9a-f]+\.d[0-9a-f]+_/)
  assert.match(await output(place, archive.replace(`_${os}_${arch}.tar.gz`, ''), 'app'), /^1\.2\.4-0\..* outside$/)
})

test.run()
