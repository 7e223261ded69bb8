import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript } from './support/build-script.ts'
import { withGreeting } from './support/greeting.ts'
import { hello } from './support/hello.ts'
import { digestsIn, treeState } from './support/tree-state.ts'
import { removeWorkplaces, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

const project = { ...hello, 'build.ts': buildScript() }

test('no setting of Go\'s that the caller has changes a byte', async () => {
  const tagged = '//go:build evil\n\npackage main\n\nfunc init() { println("evil") }\n'
  const place = await workplace({ ...project, 'tagged.go': tagged })
  const release = async (out: string, env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> => {
    const { code, stderr } = await place.build(['release', '--out', out], {
      env: { SLIPWAY_CACHE: place.repository.beside(`cache-${out}`), ...env },
    })
    assert.is(code, 0, stderr)
    return digestsIn(join(place.folder, out))
  }
  const goenv = place.repository.beside('goenv')
  await writeFile(goenv, 'GOFLAGS=-tags=evil\nGOAMD64=v4\nGOOS=plan9\nCGO_ENABLED=1\n')
  const plain = await release('plain', {})
  assert.equal(await release('strange', {
    GOFLAGS: '-tags=evil -ldflags=-X=main.version=evil -trimpath=false -buildvcs=true',
    GOOS: 'plan9', GOARCH: 'mips', GOAMD64: 'v4', GO386: 'softfloat', CGO_ENABLED: '1', CC: 'no-such-compiler',
    GOEXPERIMENT: 'arenas', GODEBUG: 'gotypesalias=0', GOWORK: '/nowhere/go.work', GOTOOLCHAIN: 'go1.99.0+auto',
    GO111MODULE: 'off', GOGC: '50', GOFIPS140: 'latest', GOPROXY: 'off',
    GIT_DIR: '/nowhere', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'tag.sort', GIT_CONFIG_VALUE_0: '-refname',
    TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8',
  }), plain)
  assert.equal(await release('file', { GOENV: goenv }), plain)
})

test('the tag that started a CI run is what is released', async () => {
  const place = await workplace(project, ['v1.2.4-rc.1', 'v1.2.4'])
  const released = async (env: NodeJS.ProcessEnv): Promise<string> =>
    (JSON.parse((await place.build(['plan', '--json'], { env })).stdout) as { version: { semver: string } }).version.semver
  assert.is(await released({ GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/tags/v1.2.4-rc.1' }), '1.2.4-rc.1')
  assert.is(await released({ CI: 'true', CI_COMMIT_TAG: 'v1.2.4-rc.1' }), '1.2.4-rc.1')
  assert.is(await released({ GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/heads/main' }), '1.2.4')
})

/** A proxy that everything which uses the network would go through: it lets nothing pass, and counts. */
async function watchedNetwork(): Promise<{ readonly env: NodeJS.ProcessEnv, readonly asked: string[], close(): void }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(403).end()
  }).on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY', 'all_proxy']
  const env = { ...Object.fromEntries(names.map(name => [name, url])), NO_PROXY: '', no_proxy: '' }
  return { env, asked, close: () => { server.close() } }
}

test('a release reads the network only to download modules, and writes nothing into the project', async () => {
  const place = await workplace({
    'build.ts': buildScript(), 'README.md': '# greeter\n',
    'go.mod': 'module example.com/greeter\n\ngo 1.21\n\nrequire example.com/greeting v1.0.0\n',
    'main.go': [
      'package main', '', 'import "example.com/greeting"', '', 'var version = "dev"', '',
      'func main() { println(version, greeting.Text) }', '',
    ].join('\n'),
  })
  const { folder, repository } = place
  const proxy = await withGreeting(repository)
  await repository.commit()
  await repository.git('tag', '--force', 'v1.2.3')
  const outputs = ['dist', 'dist.run.json']
  const before = await treeState(folder, outputs)
  const network = await watchedNetwork()
  try {
    const empty = { ...proxy, GOMODCACHE: repository.beside('other-modules') }
    for (const env of [empty, { ...proxy, GOPROXY: 'https://proxy.example.com' }]) {
      const { code, stderr } = await place.build(['release', '--no-cache'], { env: { ...env, ...network.env } })
      assert.is(code, 0, stderr)
      const changes = Object.entries(await treeState(folder, outputs)).filter(([name, state]) => before[name] !== state)
      assert.equal(changes, [])
    }
    assert.equal(network.asked, [])
    // With nothing downloaded it is asked for: this is the way that everything takes.
    const { code, stderr } = await place.build(['release', '--no-cache'], {
      env: {
        ...proxy, ...network.env, GOPROXY: 'https://proxy.example.com', GOMODCACHE: repository.beside('no-modules'),
      },
    })
    assert.is(code, 1)
    assert.match(stderr, /Cannot download the modules/)
    assert.equal([...new Set(network.asked)], ['proxy.example.com:443'])
  } finally {
    network.close()
  }
})

test('a release to another folder leaves no trace in the project', async () => {
  const place = await workplace(project)
  const { code, stderr } = await place.build(['release', '--out', place.repository.beside('out/dist')])
  assert.is(code, 0, stderr)
  assert.is(await place.repository.git('status', '--porcelain', '--ignored'), '')
})

test.run()
