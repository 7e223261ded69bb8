import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hello } from './support/hello.ts'
import { libraryUrl, removeWorkplaces, workplace } from './support/workplace.ts'

// A version is cut as build.ts reads versions: what stands before them in tags is said there once.

const script = `import { crossCompile, main, resolveVersion } from '${libraryUrl}'

await main(import.meta, {
  project: 'services/api',
  version: resolveVersion({ prefix: 'api' }),
  targets: ['linux/amd64'],
  goals: ({ project, version, source, toolchain, targets }) => ({
    build: ['binaries', targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))],
  }),
})
`
const files = Object.fromEntries(Object.entries(hello).map(([path, text]) => [`services/api/${path}`, text]))

test.after.each(removeWorkplaces)

test('in a repository of several projects the prefix in build.ts is the one that is cut with', async () => {
  const { repository, build } = await workplace({ ...files, 'build.ts': script, '.gitignore': '/dist*\n' }, ['v7.0.0', 'services/api/v3.0.0'])
  const first = await build(['cut', '--next', 'patch', '--yes'])
  assert.is(first.code, 0, first.stderr)
  assert.match(first.stdout, /^api\/v0\.0\.1 would be \w+ of main: the first version\n/)
  await repository.tag('api/v1.2.3')
  await repository.commit({ 'services/api/README.md': '# fixed\n' })
  await repository.tag('web/v9.0.0')
  const next = await build(['cut', '--next', 'patch', '--yes'])
  assert.is(next.code, 0, next.stderr)
  assert.match(next.stdout, /^api\/v1\.2\.4 would be \w+ of main: one commit after api\/v1\.2\.3\n/)
  assert.equal((await repository.git('tag', '--points-at', 'HEAD')).split('\n'), ['api/v1.2.4', 'web/v9.0.0'])
  assert.is((await build(['build'])).code, 0)
  const released = await build(['plan'])
  assert.match(released.stdout, / 1\.2\.4 \(api\/v1\.2\.4, /)
})

test('the version may be named with the prefix or without', async () => {
  const { repository, build } = await workplace({ ...files, 'build.ts': script, '.gitignore': '/dist*\n' }, ['api/v1.2.3'])
  await repository.commit({ 'services/api/README.md': '# fixed\n' })
  for (const name of ['1.2.4', 'v1.2.4', 'api/v1.2.4']) {
    const { code, stdout } = await build(['cut', name, '--dry-run'])
    assert.equal([code, stdout.split(' ')[0]], [0, 'api/v1.2.4'], name)
  }
  const json = await build(['cut', '--next', 'rc', '--json', '--dry-run'])
  assert.is((JSON.parse(json.stdout) as { tag: string }).tag, 'api/v1.2.4-rc.1')
})

test.run()
