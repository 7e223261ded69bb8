import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startFakeRegistry } from '../support/fake-registry.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { toolsFolder } from '../support/tools-folder.ts'
import { unless } from '../support/unless.ts'
import { type BaseMirror, noMirror, startMirror } from './support/base-mirror.ts'
import { hello } from './support/hello.ts'
import { allDistros, imageScript, imageTargets } from './support/image-script.ts'
import { removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

const crane = join(toolsFolder(), 'crane')
const registries = realRegistries()
const reason = noMirror() ?? registries.find(({ reason: missing }) => missing !== undefined)?.reason
const real = unless(reason)
const validated = unless(reason ?? (existsSync(crane) ? undefined : 'needs crane, which .ci/tools installs'))
const script = (image = ''): string => imageScript({ image, registries: "(process.env.REGISTRIES ?? '').split(' ')" })

let folder: string
let mirror: BaseMirror
let place: Workplace
let running: readonly RunningRegistry[] = []

test.before(async () => {
  if (reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'images-push-'))
  mirror = await startMirror(join(folder, 'bases'))
  place = await workplace({ ...hello, 'build.ts': script() }, [])
  assert.is((await place.build(['lock'], { env: mirror.environment })).code, 0)
  for (const tag of ['v1.2.2', 'v1.2.3', 'v1.3.0-rc.1+build.7']) {
    await place.repository.commit()
    await place.repository.tag(tag)
  }
  running = await Promise.all(registries.map(one => one.start()))
})
test.after(async () => {
  if (reason !== undefined) return
  await removeWorkplaces()
  for (const one of [...running, mirror]) await one.close()
  await rm(folder, { recursive: true, force: true })
})

async function push(tag: string, hosts: readonly string[]): Promise<{ readonly code: number | null, readonly text: string }> {
  await place.repository.git('checkout', '--quiet', tag)
  const { code, stdout, stderr } = await place.build(['push'], {
    env: { ...mirror.environment, GOCACHE: join(folder, 'go-cache'), REGISTRIES: hosts.map(host => `${host}/team/app`).join(' ') },
  })
  return { code, text: `${stdout}${stderr}` }
}

async function pushed(tag: string, hosts = running.map(({ host }) => host)): Promise<void> {
  const { code, text } = await push(tag, hosts)
  assert.is(code, 0, text)
}

const versioned = (version: string): readonly string[] => allDistros.map(distro => `${version}-${distro}`)
const published = [...versioned('1.2.3'), ...versioned('latest'), '1.2.3', 'latest']

async function tagsAt(host: string): Promise<readonly string[]> {
  const { tags } = await (await fetch(`http://${host}/v2/team/app/tags/list`)).json() as { tags: readonly string[] }
  return [...tags].sort()
}

async function digestAt(host: string, tag: string): Promise<string> {
  const accept = 'application/vnd.oci.image.index.v1+json'
  const { headers } = await fetch(`http://${host}/v2/team/app/manifests/${tag}`, { method: 'HEAD', headers: { accept } })
  return headers.get('docker-content-digest') ?? 'nothing'
}

async function digestsAt(host: string): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await Promise.all((await tagsAt(host)).map(async tag => [tag, await digestAt(host, tag)] as const)))
}

real('a stable version takes its tags and latest, the same at every registry', async () => {
  await pushed('v1.2.3')
  const [first, ...others] = await Promise.all(running.map(({ host }) => digestsAt(host)))
  assert.equal(Object.keys(first ?? {}), [...published].sort())
  for (const other of others) assert.equal(other, first)
  for (const distro of allDistros) assert.is(first?.[`latest-${distro}`], first?.[`1.2.3-${distro}`])
  assert.is(first?.['latest'], first?.['1.2.3-static'])
  assert.is(first?.['1.2.3'], first?.['1.2.3-static'])
})

real('neither a candidate nor an older patch moves latest', async () => {
  const before = await Promise.all(running.map(({ host }) => digestsAt(host)))
  await pushed('v1.3.0-rc.1+build.7')
  await pushed('v1.2.2')
  for (const [index, { host }] of running.entries()) {
    const now = await digestsAt(host)
    assert.equal(Object.keys(now), [...published, ...versioned('1.3.0-rc.1_build.7'), ...versioned('1.2.2'), '1.2.2'].sort())
    for (const tag of published) assert.is(now[tag], before[index]?.[tag], tag)
  }
})

validated('crane finds every image valid', async () => {
  for (const [index, { host }] of running.entries()) {
    for (const tag of index === 0 ? versioned('1.2.3') : ['latest']) {
      const said = execFileSync(crane, ['validate', '--remote', `${host}/team/app:${tag}`], { encoding: 'utf8', stdio: 'pipe' })
      assert.match(said, /PASS/)
    }
    const platforms = execFileSync(crane, ['manifest', `${host}/team/app:latest`], { encoding: 'utf8' })
    assert.is((JSON.parse(platforms) as { manifests: object[] }).manifests.length, imageTargets.length)
  }
})

real('the same again changes nothing and sends no blob', async () => {
  const registry = await startFakeRegistry()
  try {
    await pushed('v1.2.3', [registry.host])
    assert.equal(await tagsAt(registry.host), [...published].sort())
    const [first, before] = [registry.requests.length, await digestsAt(registry.host)]
    assert.ok(registry.requests.some(({ line }) => /^(PUT|PATCH) .*\/blobs\//.test(line)))
    await pushed('v1.2.3', [registry.host])
    const again = registry.requests.slice(first).map(({ line }) => line)
    assert.equal(again.filter(line => /^(PUT|PATCH) /.test(line) && !/^PUT .*\/manifests\/latest/.test(line)), [])
    assert.equal(await digestsAt(registry.host), before)
  } finally {
    await registry.close()
  }
})

real('another image under a tag that is taken is refused, with both digests, and nothing moves', async () => {
  const before = await Promise.all(running.map(({ host }) => digestsAt(host)))
  await place.repository.git('checkout', '--quiet', 'v1.2.3')
  await place.repository.commit({ 'build.ts': script("labels: { changed: 'yes' },") })
  await place.repository.git('tag', '--force', 'v1.2.3')
  const { code, text } = await push('v1.2.3', running.map(({ host }) => host))
  assert.is(code, 1, text)
  assert.match(text, /the tag 1\.2\.3-\w+ is sha256:[0-9a-f]{64} there, not sha256:[0-9a-f]{64}/)
  assert.ok(allDistros.some(distro => text.includes(before[0]?.[`1.2.3-${distro}`] ?? 'nothing')))
  assert.equal(await Promise.all(running.map(({ host }) => digestsAt(host))), before)
})

test.run()
