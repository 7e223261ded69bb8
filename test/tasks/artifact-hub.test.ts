import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ociRegistry } from '../../lib/destinations/oci-registry.ts'
import type { ReleaseError } from '../../lib/values/errors.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { artifactHub, type ArtifactHubOptions } from '../../tasks/artifact-hub.ts'
import { publish, send } from '../../tasks/publish.ts'
import { source } from '../../tasks/source.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { realRegistries } from '../support/real-registries.ts'
import { releaseValue } from '../support/release-value.ts'
import { thrown } from '../support/thrown.ts'
import { toolsFolder } from '../support/tools-folder.ts'
import { toyChart } from '../support/toy-chart.ts'
import { unless } from '../support/unless.ts'

const test = suite<{ graph: GraphFixture }>('artifactHub')
const owners = [{ name: 'A. Writer', email: 'a@example.com' }]
const text = 'owners:\n- name: A. Writer\n  email: a@example.com\n'

test.before.each(async context => { context.graph = await graphFixture() })
test.after.each(({ graph }) => graph.close())

/** What `oras push ... --config /dev/null:<type> artifacthub-repo.yml:<type>` makes, but for the time of the push. */
const manifestOf = (file: string): object => ({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.cncf.artifacthub.config.v1+yaml', digest: digestOf(''), size: 0 },
  layers: [{
    mediaType: 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml', digest: digestOf(file), size: file.length,
    annotations: { 'org.opencontainers.image.title': 'artifacthub-repo.yml' },
  }],
})

test('it is the artifact that Artifact Hub has oras push, in the repository of the chart', async ({ graph }) => {
  const step = artifactHub({ chart: toyChart(), owners })
  assert.equal(step.outline, { kind: 'artifact-hub', name: 'artifacthub-repo.yml', chart: 'gateway', tag: 'artifacthub.io' })
  const artifact = made(await graph.run([step]), step)
  assert.is(artifact.mediaType, 'application/vnd.oci.image.manifest.v1+json')
  assert.equal(JSON.parse((await graph.bytes(artifact)).toString()), manifestOf(text))
  const named = artifactHub({ chart: 'gateway', owners })
  assert.is(made(await graph.run([named]), named).digest, artifact.digest)
})

test('a file of the project\'s own is taken as it is, with its comments', async ({ graph }) => {
  const file = `# Ours\n${text}`
  await writeFile(join(graph.project, 'hub.yml'), file)
  const step = artifactHub({ chart: 'gateway', file: 'hub.yml', source: source({ folder: graph.project }) })
  assert.equal(JSON.parse((await graph.bytes(made(await graph.run([step]), step))).toString()), manifestOf(file))
  await writeFile(join(graph.project, 'hub.yml'), 'repositoryId: x\n')
  const error = failure(await graph.run([step]), step) as ReleaseError
  assert.is(error.message, 'Cannot tell Artifact Hub what hub.yml says: it has the field repositoryId, which Artifact Hub does not know')
  await writeFile(join(graph.project, 'hub.yml'), 'owners: [\n')
  assert.match(failure(await graph.run([step]), step).message, /^Cannot read hub\.yml: line /)
})

test('what cannot be told is refused when it is composed', ({ graph }) => {
  const refused = (options: Partial<ArtifactHubOptions>): string => thrown(() => artifactHub({ chart: 'gateway', ...options })).message
  assert.is(refused({}), 'Cannot tell Artifact Hub of the repository: nothing is told')
  assert.is(refused({ file: 'hub.yml' }), 'Cannot tell Artifact Hub of the repository: it is not said where hub.yml is')
  assert.is(refused({ file: 'hub.yml', owners, source: source({ folder: graph.project }) }), 'Cannot tell Artifact Hub of the repository: owners would be told beside hub.yml')
  assert.match(refused({ repositoryID: 'gateway' }), /its repositoryID is "gateway", which is no UUID$/)
})

const crane = join(toolsFolder(), 'crane')
const missing = existsSync(crane) ? undefined : `needs ${crane}, which .ci/tools installs`

for (const registry of realRegistries()) {
  unless(registry.reason ?? missing, test)(`${registry.name} takes it, and crane reads it there under its tag`, async ({ graph }) => {
    const running = await registry.start()
    const run = async (...args: readonly string[]): Promise<string> => (await promisify(execFile)(crane, ['--insecure', ...args])).stdout
    try {
      const step = artifactHub({ chart: 'gateway', owners })
      const release = async (of: typeof step): Promise<void> => { made(await graph.run([publish(send(ociRegistry(`${running.host}/charts`), of))], { release: releaseValue() }), of) }
      await release(step)
      const at = `${running.host}/charts/gateway`
      assert.equal(JSON.parse(await run('manifest', `${at}:artifacthub.io`)), manifestOf(text))
      assert.is(await run('blob', `${at}@${digestOf(text)}`), text)
      await release(artifactHub({ chart: 'gateway', owners: [...owners, { name: 'B', email: 'b@example.com' }] }))
      assert.match(await run('manifest', `${at}:artifacthub.io`), /"size":\d+/)
      assert.not.match(await run('manifest', `${at}:artifacthub.io`), new RegExp(digestOf(text)))
    } finally {
      await running.close()
    }
  })
}

test.run()
