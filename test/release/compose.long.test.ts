// One thing: the compose file of a release, started where its users start it, in a Docker Engine with the images it names.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Composer, composers } from '../support/composers.ts'
import { noEngine, startEngine, type TestEngine } from '../support/docker-engine.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { toolsFolder } from '../support/tools-folder.ts'
import { unless } from '../support/unless.ts'
import { hostTarget } from './support/build-script.ts'
import { gatewayWorkplace, libraryUrl, removeWorkplaces, type Workplace } from './support/workplace.ts'

const run = promisify(execFile)
const [registry] = realRegistries()
const reason = registry?.reason ?? noEngine()

const script = `import { at, buildImage, compose, crossCompile, directory, main, ociRegistry, publish, send } from '${libraryUrl}'

await main(import.meta, {
  targets: ['${hostTarget}'],
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const registry = ociRegistry(process.env.REGISTRY + '/example/gateway')
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const images = ['static', 'other'].map(distro => buildImage({
      base: { ...base('static'), distro }, binaries, cmd: ['serve'], user: '65532', ports: [8080], env: { DISTRO: distro }, isDefault: distro === 'static',
    }))
    const healthcheck = { test: ['CMD', '/usr/local/bin/gateway', 'health'], interval: '1s' }
    const demo = compose({
      project, version, images: images.map(image => at(registry, image)), default: 'static', path: '/healthz',
      service: {
        ports: ['127.0.0.1:8080:8080'], command: ['serve', '--config', '/etc/gateway/gateway.json'], healthcheck,
        configs: [{ file: 'compose/gateway.json', to: '/etc/gateway/gateway.json' }], depends_on: { upstream: { condition: 'service_healthy' } },
      },
      services: { upstream: { healthcheck } },
    })
    return { ship: ['images at the registry, and what starts them', publish(send(registry, images), send(directory('dist'), demo))] }
  },
})
`

let folder: string
let engine: TestEngine
let target: RunningRegistry
let place: Workplace

test.before(async () => {
  if (reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'compose-'))
  engine = await startEngine()
  target = await (registry as NonNullable<typeof registry>).start()
  place = await gatewayWorkplace(script)
  const { code, stdout, stderr } = await place.build(['ship'], { env: { REGISTRY: target.host } })
  assert.is(code, 0, `${stdout}${stderr}`)
})
test.after(async () => {
  if (reason !== undefined) return
  await removeWorkplaces()
  for (const one of [engine, target]) await one.close()
  await rm(folder, { recursive: true, force: true })
})


async function docker(...args: readonly string[]): Promise<string> {
  return (await run('/usr/bin/docker', args, { env: { DOCKER_HOST: engine.host } })).stdout
}

/** A copy of what the release made, as whoever cloned it has it. */
async function cloned(name: string): Promise<string> {
  const copy = join(folder, name)
  await cp(join(place.dist, 'compose'), copy, { recursive: true })
  return copy
}

async function freePort(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return String(port)
}

/** The digest that the registry has under the tag of a distro. */
async function released(distro: string): Promise<string> {
  const response = await fetch(`http://${target.host}/v2/example/gateway/manifests/1.2.3-${distro}`, { headers: { accept: 'application/vnd.oci.image.index.v1+json' } })
  assert.is(response.status, 200)
  return `${target.host}/example/gateway@${response.headers.get('docker-content-digest')}`
}

async function ask(port: string, path: string): Promise<readonly [status: number, body: string]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return [response.status, await response.text()]
}

interface Container {
  readonly Config: { readonly Image: string, readonly User: string, readonly Env: readonly string[], readonly Labels: Readonly<Record<string, string>> }
  readonly HostConfig: { readonly ReadonlyRootfs: boolean, readonly CapDrop: readonly string[], readonly SecurityOpt: readonly string[], readonly RestartPolicy: { readonly Name: string } }
  readonly State: { readonly Status: string, readonly Health?: { readonly Status: string } }
}

async function container(composer: Composer, folder: string, service: string, env: Readonly<Record<string, string>>): Promise<Container> {
  const { stdout } = await composer.compose(folder, ['ps', '-q', service], env)
  const [found] = JSON.parse(await docker('inspect', stdout.trim())) as readonly Container[]
  assert.ok(found)
  return found
}

/** Version 1 does not wait. */
async function untilHealthy(composer: Composer, folder: string, env: Readonly<Record<string, string>>): Promise<Container> {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await container(composer, folder, 'gateway', env)
    if (found.State.Health?.Status === 'healthy' || found.State.Status !== 'running') return found
    await delay(100)
  }
  return container(composer, folder, 'gateway', env)
}

for (const composer of composers()) {
  const up = ['up', '--detach', ...composer.waits ? ['--wait'] : []]

  unless(reason ?? composer.reason)(`${composer.name} starts what was released: it answers, is healthy, is confined, and reads its config`, async () => {
    const copy = await cloned(composer.name.replaceAll(' ', '-'))
    const port = await freePort()
    const env = { DOCKER_HOST: engine.host, GATEWAY_PORT: port }
    try {
      await composer.compose(copy, up, env)
      const { Config, HostConfig, State } = await untilHealthy(composer, copy, env)
      assert.equal([State.Status, State.Health?.Status, Config.Image, Config.User], ['running', 'healthy', await released('static'), '65532'])
      assert.is(Config.Labels['com.docker.compose.project'], 'gateway')
      assert.equal([HostConfig.ReadonlyRootfs, HostConfig.CapDrop, HostConfig.SecurityOpt, HostConfig.RestartPolicy.Name], [true, ['ALL'], ['no-new-privileges:true'], 'unless-stopped'])
      assert.equal(await ask(port, '/healthz'), [200, 'ok\n'])
      assert.equal(await ask(port, '/upstream/healthz'), [200, 'ok\n'])
      assert.is((await ask(port, '/renamed/healthz'))[0], 404)

      // As editors do it: another file takes the name.
      const config = join(copy, 'gateway.json')
      await writeFile(`${config}~`, (await readFile(config, 'utf8')).replace('"/upstream"', '"/renamed"'))
      await rename(`${config}~`, config)
      await composer.compose(copy, ['restart', 'gateway'], env)
      assert.is((await untilHealthy(composer, copy, env)).State.Health?.Status, 'healthy')
      assert.equal(await ask(port, '/renamed/healthz'), [200, 'ok\n'])

      await composer.compose(copy, ['-f', 'compose.yaml', '-f', 'compose.other.yaml', ...up], env)
      const other = await untilHealthy(composer, copy, env)
      assert.equal([other.State.Health?.Status, other.Config.Image, other.Config.Env.includes('DISTRO=other')], ['healthy', await released('other'), true])
      assert.equal(await ask(port, '/renamed/healthz'), [200, 'ok\n'])
    } finally {
      await composer.compose(copy, ['down', '--timeout', '5'], env)
    }
    assert.is(await docker('ps', '--all', '--quiet'), '')
  })
}

const [, second] = composers()

unless(reason ?? second?.reason)('every command of the read-me does what it says', async () => {
  const copy = await cloned('by hand')
  const port = await freePort()
  const [env, readme] = await Promise.all(['.env', 'README.md'].map(name => readFile(join(copy, name), 'utf8'))) as [string, string]
  await writeFile(join(copy, '.env'), env.replace('GATEWAY_PORT=8080', `GATEWAY_PORT=${port}`))
  const plugins = join(folder, 'docker', 'cli-plugins')
  await mkdir(plugins, { recursive: true })
  await symlink(join(toolsFolder(), 'docker-compose-v2'), join(plugins, 'docker-compose'))
  await mkdir(join(folder, 'bin'))
  await symlink('/usr/bin/docker', join(folder, 'bin', 'docker'))
  const variables = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, DOCKER_HOST: engine.host, DOCKER_CONFIG: join(folder, 'docker') }
  const shell = async (command: string): Promise<string> => (await run('sh', ['-euc', command], { cwd: copy, env: variables })).stdout

  const blocks = [...readme.matchAll(/^```\n([^]*?)\n```$/gm)].flatMap(([, block = '']) => block.split('\n'))
  const tables = [...readme.matchAll(/`(docker compose [^`]+)`/g)].map(([, command = '']) => command)
  // buildx stands apart from Compose, and asks no registry without TLS.
  const [byTag = '', ...commands] = [...new Set([...blocks, ...tables])].filter(command => !command.startsWith('docker buildx ') && command !== 'docker compose down')
    .sort((a, b) => Number(b.includes('compose.tags.yaml')) - Number(a.includes('compose.tags.yaml')))
  const which = commands.find(command => command.startsWith('docker inspect ')) ?? ''
  assert.equal([blocks.includes('docker compose down'), tables.some(command => command.includes('compose.other.yaml'))], [true, true])
  try {
    const printed: Record<string, string> = {}
    for (const command of commands) printed[command] = await shell(command.replace('localhost:8080', `localhost:${port}`).replace('127.0.0.1:8080', `127.0.0.1:${port}`))
    assert.is(printed['curl http://127.0.0.1:8080/healthz'], 'ok\n')
    assert.match(printed['docker compose logs gateway'] ?? '', /listening/)
    assert.is(printed[which], `${await released('static')}\n`)
    await shell(byTag)
    assert.is(await shell(which), `${target.host}/example/gateway:1.2.3-static\n`)
  } finally {
    await shell('docker compose down --timeout 5')
  }
  assert.is(await docker('ps', '--all', '--quiet'), '')
})

test.run()
