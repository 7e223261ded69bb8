import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { World } from '../../lib/contracts/workshop.ts'
import { ociRegistry } from '../../lib/destinations/oci-registry.ts'
import type { Step } from '../../lib/graph/step.ts'
import type { Image } from '../../lib/values/image.ts'
import type { Problem } from '../../lib/values/problem.ts'
import { publish, send } from '../../tasks/publish.ts'
import { graphFixture, type GraphFixture } from '../support/graph-fixture.ts'
import { realRegistries } from '../support/real-registries.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyImage } from '../support/toy-image.ts'
import { unless } from '../support/unless.ts'

interface Context {
  graph: GraphFixture
}

// Some delete tags, some only manifests with all their tags.
const test = suite<Context>('retract in real registries')
test.before.each(async context => { context.graph = await graphFixture() })
test.after.each(async ({ graph }) => { await graph.close() })

for (const { name, reason, start } of realRegistries()) {
  unless(reason, test)(`${name}: what shares a manifest with another tag stays, and is told; the rest goes`, async ({ graph }) => {
    const running = await start()
    try {
      const there = ociRegistry(`${running.host}/example/app`)
      const [first, image] = [toyImage({ version: '1.0.0', isDefault: true }), toyImage({ version: '1.2.3', isDefault: true })]
      const tags = async (): Promise<readonly string[]> => ((await (await fetch(`http://${running.host}/v2/example/app/tags/list`)).json()) as { tags: string[] | null }).tags?.sort() ?? []
      const manifest = (reference: string, init?: RequestInit): Promise<Response> => fetch(`http://${running.host}/v2/example/app/manifests/${reference}`, init)
      const digestOf = async (tag: string): Promise<string | null> => (await manifest(tag, { method: 'HEAD', headers: { accept: 'application/vnd.oci.image.index.v1+json' } })).headers.get('docker-content-digest')
      const retract = async (step: Step<Image>): Promise<readonly Problem[]> => {
        const { content, signal, exec } = graph.options()
        const world = { content, signal, exec: exec(undefined, signal) } as unknown as World
        return (await there.open(releaseValue(), world)).retract([step.outline], world)
      }
      await graph.run([publish(send(there, first))], { release: releaseValue() })
      const [before, digest] = [await tags(), await digestOf('latest')]
      assert.equal(before, ['1.0.0', '1.0.0-alpine', 'latest', 'latest-alpine'])

      await graph.run([publish(send(there, image))], { release: releaseValue() })
      assert.is.not(await digestOf('latest'), digest)
      const accept = { accept: 'application/vnd.oci.image.index.v1+json' }
      const bytes = await manifest('1.2.3', { headers: accept })
      const kept = { method: 'PUT', headers: { 'content-type': bytes.headers.get('content-type') ?? '' }, body: await bytes.arrayBuffer() }
      assert.is((await manifest('kept', kept)).status, 201)
      const problems = await retract(image)
      const stays = (await tags()).includes('1.2.3')
      assert.equal(await tags(), [...before, 'kept', ...stays ? ['1.2.3', '1.2.3-alpine'] : []].sort())
      assert.equal(problems.map(({ message }) => message), stays ? ['1.2.3', '1.2.3-alpine'].map(tag =>
        `Cannot take back the tag ${tag} at ${running.host}/example/app: cannot delete it: kept stands for the same manifest, and this registry deletes no tags`) : [])
      assert.is(stays, name === 'docker-registry 2.8')
      assert.is(await digestOf('latest'), digest, 'what moves goes back all the same')

      await manifest(await digestOf('kept') ?? '', { method: 'DELETE' })
      await graph.run([publish(send(there, image))], { release: releaseValue() })
      assert.is.not(await digestOf('latest'), digest)
      assert.equal(await retract(image), [])
      assert.equal((await tags()).filter(tag => tag !== 'kept'), before)
      assert.equal([await digestOf('latest'), await digestOf('latest-alpine'), await digestOf('1.0.0')], [digest, digest, digest])
      assert.equal(await retract(image), [], 'again')
    } finally {
      await running.close()
    }
  })
}

test.run()
