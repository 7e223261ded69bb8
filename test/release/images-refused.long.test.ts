import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { realRegistries } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { type BaseMirror, noMirror, startMirror } from './support/base-mirror.ts'
import { hello } from './support/hello.ts'
import { type ImageScript, imageScript } from './support/image-script.ts'
import { removeWorkplaces, type RunRecord, type Workplace, workplace } from './support/workplace.ts'

const [registry] = realRegistries()
const reason = noMirror()
const real = unless(reason)

let folder: string
let mirror: BaseMirror
let env: Readonly<Record<string, string>>

test.before(async () => {
  if (reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'images-refused-'))
  mirror = await startMirror(join(folder, 'bases'))
  env = { ...mirror.environment, GOCACHE: join(folder, 'go-cache') }
})
test.after.each(removeWorkplaces)
test.after(async () => {
  if (reason !== undefined) return
  await mirror.close()
  await rm(folder, { recursive: true, force: true })
})

const ubi = 'registry.access.redhat.com/ubi9/ubi-minimal:latest'
const one = (script: ImageScript): string => imageScript({ targets: ['linux/amd64'], distros: ['ubi'], bases: `{ ubi: '${ubi}' }`, ...script })

/** A project whose bases are locked. */
async function locked(script: ImageScript): Promise<Workplace> {
  const place = await workplace({ ...hello, 'build.ts': one(script) }, [])
  const { code, stderr } = await place.build(['lock'], { env })
  assert.is(code, 0, stderr)
  await place.repository.commit()
  await place.repository.tag('v1.2.3')
  return place
}

interface Failed {
  readonly text: string
  readonly record: RunRecord
}

async function fails(place: Workplace, more: Readonly<Record<string, string>> = {}): Promise<Failed> {
  const { code, stdout, stderr } = await place.build(['images'], { env: { ...env, ...more } })
  assert.is(code, 1, `${stdout}${stderr}`)
  return { text: `${stdout}${stderr}`, record: await place.record() }
}

const made = ({ record }: Failed, kind: string): number => record.steps.filter(step => step.kind === kind && step.state === 'made').length

real('a platform that the base does not have is left out and shown, and refused where it is named', async () => {
  const targets = ['linux/amd64', 'linux/riscv64']
  const place = await locked({ targets })
  const { stdout } = await place.build(['plan', 'images'], { env })
  assert.match(stdout, /Not in an image.*\n +hello:1\.2\.3-ubi +linux\/riscv64 +registry\.access\.redhat\.com\/ubi9\/ubi-minimal:latest has no linux\/riscv64/)
  await place.repository.commit({ 'build.ts': one({ targets, image: `platforms: ${JSON.stringify(targets)},` }) })
  await place.repository.git('tag', '--force', 'v1.2.3')
  const { text } = await fails(place)
  assert.match(text, /Cannot make an image for linux\/riscv64: registry\.access\.redhat\.com\/ubi9\/ubi-minimal:latest has no linux\/riscv64\n +It has .*linux\/s390x/)
})

real('a base whose digest is gone from its registry is an error before anything is compiled', async () => {
  const reference = `${mirror.host}/library/alpine:3`
  const place = await locked({ distros: ['alpine'], bases: `{ alpine: '${reference}' }` })
  const { root } = mirror.bases.find(({ repository }) => repository === 'library/alpine') ?? { root: { digest: '' } }
  const { status } = await fetch(`http://${mirror.host}/v2/library/alpine/manifests/${root.digest}`, { method: 'DELETE' })
  assert.is(status, 202)
  const failed = await fails(place)
  assert.match(failed.text, new RegExp(`Cannot stand on ${reference}: .*${root.digest}`))
  assert.equal([made(failed, 'binary'), failed.record.errors.map(({ code }) => code)], [0, ['REGISTRY']])
})

real('an entrypoint that is not in the image', async () => {
  const place = await locked({ image: "entrypoint: ['/usr/local/bin/other']," })
  const { text, record } = await fails(place)
  assert.match(text, /Cannot run hello:1\.2\.3-ubi for linux\/amd64 on registry\.access\.redhat\.com\S+: .*\/usr\/local\/bin\/other/)
  assert.equal(record.errors.map(({ code }) => code), ['IMAGE'])
})

real('a user that the base lacks', async () => {
  const place = await locked({ image: "user: 'gateway'," })
  const { text, record } = await fails(place)
  assert.match(text, /Cannot run hello:1\.2\.3-ubi for linux\/amd64 on registry\.access\.redhat\.com\S+: .*gateway/)
  assert.equal(record.errors.map(({ code }) => code), ['IMAGE'])
})

real('wrong credentials: the variable or the file that they came from is named, and no secret', async () => {
  const closed = await registry?.start({ basic: true })
  try {
    const host = closed?.host ?? ''
    const variable = `SLIPWAY_REGISTRY_${host.replaceAll(/[.:]/g, '_')}`
    const place = await workplace({ ...hello, 'build.ts': one({ bases: `{ ubi: '${host}/ubi9/ubi-minimal:latest' }` }) }, [])
    await writeFile(join(place.folder, 'slipway.lock'), lockOf(`${host}/ubi9/ubi-minimal:latest`))
    await place.repository.commit()
    await place.repository.tag('v1.2.3')
    const secret = 'open-barley-open'
    const auth = Buffer.from(`robot:${secret}`).toString('base64')
    const docker = place.repository.beside('docker')
    await place.repository.at(docker).write({ 'config.json': JSON.stringify({ auths: { [host]: { auth } } }) })
    const cases = [
      [{ [`${variable}_USERNAME`]: 'robot', [`${variable}_PASSWORD`]: secret }, `${variable}_PASSWORD`], [{ DOCKER_CONFIG: docker }, join(docker, 'config.json')],
    ] as const
    for (const [variables, named] of cases) {
      const failed = await fails(place, variables)
      assert.equal(failed.record.errors.map(({ code }) => code), ['CREDENTIALS'], failed.text)
      const lock = await place.build(['lock', '--update'], { env: { ...env, ...variables } })
      assert.is(lock.code, 1)
      const verbose = await place.build(['images', '--verbose', '--json'], { env: { ...env, ...variables } })
      for (const text of [failed.text, `${lock.stdout}${lock.stderr}`, `${verbose.stdout}${verbose.stderr}`]) assert.ok(text.includes(named), text)
      const said = [failed.text, lock.stdout, lock.stderr, verbose.stdout, verbose.stderr, await readFile(join(place.folder, 'dist.run.json'), 'utf8')].join('\n')
      for (const one of [secret, auth, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) assert.not.ok(said.includes(one))
    }
  } finally {
    await closed?.close()
  }
})

/** A lock that nobody wrote, of a registry that tells nobody what it has. */
function lockOf(reference: string): string {
  const some = { digest: `sha256:${'0'.repeat(64)}`, mediaType: 'application/vnd.oci.image.index.v1+json', size: 512 }
  return `${JSON.stringify({ slipway: 1, bases: { [reference]: { ...some, platforms: { 'linux/amd64': some } } } }, null, 2)}\n`
}

test.run()
