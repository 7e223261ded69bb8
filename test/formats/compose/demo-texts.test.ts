import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkPlan } from '../../../lib/formats/compose/check-plan.ts'
import type { DemoContents } from '../../../lib/formats/compose/demo-plan.ts'
import { demoTexts } from '../../../lib/formats/compose/demo-texts.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { golden } from '../support/golden.ts'
import { type Composer, composers } from '../../support/composers.ts'
import { unless } from '../../support/unless.ts'
import { sampleDemo, sampleImage } from './support/sample-demo.ts'

const texts = (demo: DemoContents = sampleDemo): Readonly<Record<string, string>> =>
  Object.fromEntries(demoTexts(demo, ['LICENSE']).map(({ path, text }) => [path, text]))

test('the files of a demo are these', async () => {
  checkPlan(sampleDemo, [])
  await golden('compose-demo.txt', Buffer.from(Object.entries(texts()).map(([path, text]) => `──── ${path}\n${text}`).join('')))
})

test('each image is named by the digest of its own distro, in its own file and in the read-me', () => {
  const { services } = parseYaml(texts()['compose.yaml'] ?? '', 'compose.yaml') as { readonly services: Readonly<Record<string, { readonly image: string }>> }
  const image = (digit: string): string => `ghcr.io/example/gateway@sha256:${digit.repeat(64)}`
  assert.equal(Object.entries(services).map(([name, service]) => [name, service.image]), [
    ['gateway', image('1')], ['upstream', image('1')], ['cache', sampleDemo.services['cache']?.image],
  ])
  for (const [distro = '', digit = ''] of [['alpine', '2'], ['ubuntu', '3']]) {
    assert.equal(parseYaml(texts()[`compose.${distro}.yaml`] ?? '', distro), { services: { gateway: { image: image(digit) }, upstream: { image: image(digit) } } })
  }
  for (const digit of '123') assert.ok(texts()['README.md']?.includes(image(digit)))
})

test('a distro that was left out has no file, and the read-me says so', () => {
  assert.is(texts()['compose.ubi.yaml'], undefined)
  assert.match(texts()['README.md'] ?? '', /Not in this release: ubi\./)
  const whole = texts({ ...sampleDemo, images: [...sampleDemo.images, sampleImage('ubi', '4')] })
  assert.ok(whole['compose.ubi.yaml'])
  assert.not.match(whole['README.md'] ?? '', /Not in this release/)
})

test('a demo without ports, configs, license and health path says nothing of them', () => {
  const { description: _description, license: _license, path: _path, ...demo } = sampleDemo
  const readme = demoTexts({ ...demo, services: { gateway: {} }, configs: [] }, []).find(({ path }) => path === 'README.md')?.text ?? ''
  assert.equal(readme.match(/^## .*/gm), ['## Start and stop', '## Another distro', '## Tags instead of digests', '## Which image it is'])
  assert.not.match(readme, /curl|undefined|\n\n\n/)
})

interface Configuration {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly volumes?: Readonly<Record<string, unknown>>
}

/** What a Compose makes of the files of the sample in a folder, of compose.yaml and of one that is laid over it. */
async function configuration(composer: Composer, folder: string, over?: string, env: Readonly<Record<string, string>> = {}): Promise<Configuration> {
  const { stdout, stderr } = await composer.compose(folder, [...over === undefined ? [] : ['-f', 'compose.yaml', '-f', over], 'config'], env)
  assert.is(stderr, '')
  return parseYaml(stdout, composer.name) as Configuration
}

/** A folder with the sample's files in it, which is gone after. */
async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'compose-')))
  try {
    for (const [path, text] of Object.entries({ ...texts(), 'gateway.json': '{}\n' })) await writeFile(join(folder, path), text)
    await act(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

for (const composer of composers()) {
  const real = unless(composer.reason)

  real(`${composer.name} takes every file, and means by it what was meant`, () => inFolder(async folder => {
    const image = (digit: string): string => `ghcr.io/example/gateway@sha256:${digit.repeat(64)}`
    for (const [file, digit] of [[undefined, '1'], ['compose.alpine.yaml', '2'], ['compose.ubuntu.yaml', '3']] as const) {
      const { services, volumes } = await configuration(composer, folder, file)
      assert.equal([services['gateway']?.['image'], services['upstream']?.['image'], Object.keys(volumes ?? {})], [image(digit), image(digit), ['cache', 'more']])
    }
    const { services: { gateway = {}, upstream, cache } } = await configuration(composer, folder)
    assert.equal(gateway['command'], ['serve', '--config', '/etc/gateway/gateway.json'])
    const { FLAG, TIME, PRICE } = gateway['environment'] as Record<string, unknown>
    assert.equal([FLAG, TIME, PRICE], ['yes', '12:30:45', 'a $$'])
    assert.equal([gateway['read_only'], gateway['cap_drop'], gateway['tmpfs'], gateway['restart']], [true, ['ALL'], ['/tmp'], 'unless-stopped'])
    assert.equal([upstream?.['read_only'] ?? false, upstream?.['tmpfs']], [false, undefined])
    assert.equal((cache?.['labels'] as Record<string, unknown> | undefined)?.['org.example.note'], 'it\'s: # "here"')
    const [mount] = gateway['volumes'] as readonly Record<string, unknown>[]
    assert.equal([mount?.['type'], mount?.['source'], mount?.['target'], mount?.['read_only']], ['bind', join(folder, 'gateway.json'), '/etc/gateway/gateway.json', true])
  }))

  real(`${composer.name} takes tag and ports from .env, and the environment before it`, () => inFolder(async folder => {
    const seen = async (env: Readonly<Record<string, string>>): Promise<unknown> => {
      const { services: { gateway = {} } } = await configuration(composer, folder, 'compose.tags.yaml', env)
      const [port] = gateway['ports'] as readonly { readonly published: string | number }[]
      return [gateway['image'], Number(port?.published)]
    }
    assert.equal(await seen({}), ['ghcr.io/example/gateway:0.0.2-static', 8080])
    assert.equal(await seen({ GATEWAY_VERSION: '0.0.1', GATEWAY_DISTRO: 'ubi', GATEWAY_PORT: '18080' }), ['ghcr.io/example/gateway:0.0.1-ubi', 18080])
    await rm(join(folder, '.env'))
    assert.equal(await seen({}), ['ghcr.io/example/gateway:0.0.2-static', 8080])
  }))
}

test.run()
