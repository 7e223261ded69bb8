import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { realRegistries } from './real-registries.ts'
import { unless } from './unless.ts'

const statusOf = (host: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  fetch(`http://${host}/v2/`, { headers }).then(({ status }) => status)

for (const registry of realRegistries()) {
  const has = unless(registry.reason)

  has(`${registry.name} starts twice, each on a port of its own, and is gone after`, async () => {
    const running = await Promise.all([registry.start(), registry.start()])
    const hosts = running.map(({ host }) => host)
    try {
      assert.is(new Set(hosts).size, 2)
      assert.equal(await Promise.all(hosts.map(host => statusOf(host))), [200, 200])
    } finally {
      await Promise.all(running.map(({ close }) => close()))
    }
    for (const host of hosts) assert.instance(await statusOf(host).catch((error: unknown) => error), TypeError)
  })

  if (registry.basic) has(`${registry.name} asks for a password`, async () => {
    const { host, username, password, close } = await registry.start({ basic: true })
    const basic = (secret: string | undefined) => ({ authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}` })
    try {
      assert.equal([await statusOf(host), await statusOf(host, basic('wrong')), await statusOf(host, basic(password))], [401, 401, 200])
    } finally {
      await close()
    }
  })

  has(`${registry.name} ${registry.referrers ? 'lists' : 'does not list'} referrers`, async () => {
    const { host, close } = await registry.start()
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] }
    try {
      const put = { method: 'PUT', headers: { 'content-type': mediaTypes.index }, body: JSON.stringify(index) }
      assert.is((await fetch(`http://${host}/v2/a/b/manifests/one`, put)).status, 201)
      const { status, headers } = await fetch(`http://${host}/v2/a/b/referrers/sha256:${'0'.repeat(64)}`)
      assert.is(status, registry.referrers ? 200 : 404)
      if (registry.referrers) assert.is(headers.get('content-type'), mediaTypes.index)
    } finally {
      await close()
    }
  })
}

test.run()
