import { createServer } from 'node:http'
import { readdir, stat, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, type Test } from 'uvu'
import * as assert from 'uvu/assert'
import { processMark } from '../../lib/clients/process-mark.ts'
import { staticSite } from '../../lib/destinations/static-site.ts'
import type { Step } from '../../lib/graph/step.ts'
import { listen } from '../../lib/testing/listen.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { startFaultProxy, faults } from '../support/fault-proxy.ts'
import { made } from '../support/graph-fixture.ts'
import { thrown } from '../support/thrown.ts'
import { unless, type Declare } from '../support/unless.ts'
import { asOwner, motoServer, startS3, startStrictS3, type S3Server } from './support/s3-server.ts'
import { bucketKeys, bucketSite, folderSite, type SiteFixture } from './support/site-fixture.ts'
import { demoOf, fileOf, releaseOf } from './support/tap-fixture.ts'

interface Context { site: SiteFixture }

const pointers = ['latest.json', 'versions.json']
const texts = { 'compose.yaml': 'services: {}\n', 'config/a.json': '{}\n', 'empty': '' }
const what = (version = '1.2.3') => [fileOf(`gateway_${version}.txt`, `text of ${version}`, version), demoOf(texts, version)]
const latestOf = (files: Record<string, string>): string | undefined => files['latest.json'] && (JSON.parse(files['latest.json']) as { version: string }).version
const versionsOf = (files: Record<string, string>): unknown => (JSON.parse(files['versions.json'] ?? '{}') as { versions?: { version: string }[] }).versions?.map(({ version }) => version)

/** What holds of a folder and of a bucket alike. */
function holds(declare: Declare<Context>): void {
  declare('files go below their version, and pointers list them with their digests', async ({ site }) => {
    assert.equal(await site.release('1.2.3', what()), [])
    const files = await site.files()
    assert.equal(Object.keys(files).sort(), ['1.2.3/compose/compose.yaml', '1.2.3/compose/config/a.json', '1.2.3/compose/empty', '1.2.3/gateway_1.2.3.txt', '1.2.3/index.json', 'latest.json', 'versions.json'])
    assert.is(files['latest.json'], files['1.2.3/index.json'])
    const { artifacts, ...about } = JSON.parse(files['latest.json'] ?? '') as { artifacts: { name: string, files: { path: string, size: number, digest: string }[] }[] }
    assert.equal(about, { project: 'gateway', version: '1.2.3', prerelease: false, commit: '0123456789abcdef0123456789abcdef01234567', date: '2026-11-21T08:51:00Z' })
    for (const { path, size, digest } of artifacts.flatMap(one => one.files)) assert.equal([size, digest], [files[path]?.length, digestOf(files[path] ?? 'x')], path)
    assert.equal(artifacts.map(({ name }) => name), ['gateway_1.2.3.txt', 'gateway_1.2.3_compose'])
  })

  declare('the same release again changes nothing, and a release that lost its pointers gets them back', async ({ site }) => {
    await site.release('1.2.3', what())
    const before = await site.files()
    assert.equal(await site.release('1.2.3', what()), [])
    assert.equal(await site.files(), before)
  })

  declare('latest is the highest stable version, whatever came last', async ({ site }) => {
    const seen: (string | undefined)[] = []
    for (const version of ['2.0.0-rc.1', '1.9.0', '1.10.0', '1.8.7', '2.0.0-rc.2']) {
      assert.equal(await site.release(version, what(version)), [])
      seen.push(latestOf(await site.files()))
    }
    assert.equal(seen, [undefined, '1.9.0', '1.10.0', '1.10.0', '1.10.0'])
    assert.equal(versionsOf(await site.files()), ['2.0.0-rc.2', '2.0.0-rc.1', '1.10.0', '1.9.0', '1.8.7'])
  })

  declare('other bytes under a name are refused before anything is visible, with both digests', async ({ site }) => {
    await site.put('1.2.3/gateway_1.2.3.txt', 'somebody else\'s')
    const before = await site.files()
    const [error] = await site.release('1.2.3', what())
    assert.is(error?.code, 'DESTINATION')
    assert.ok(error?.message.endsWith(`: it is there as ${digestOf('somebody else\'s')}, not ${digestOf('text of 1.2.3')}`), error?.message)
    assert.equal(await site.files(), before)
  })

  declare('probe: absent, public with the digest, and a demo only whole', async ({ site }) => {
    const [file, demo] = what() as [ReturnType<typeof fileOf>, ReturnType<typeof demoOf>]
    const find = () => Promise.all([file, demo].map(step => site.site.probe(step.outline, site.world())))
    assert.equal(await find(), [{ state: 'absent' }, { state: 'absent' }])
    await site.release('1.2.3', [file, demo])
    const outcomes = await site.graph.run([file, demo])
    assert.equal(await find(), [{ state: 'public', digest: made(outcomes, file).digest }, { state: 'public', digest: made(outcomes, demo).digest }])
    await site.put('1.2.3/compose/compose.yaml', 'changed')
    assert.equal((await find())[1], { state: 'absent' })
  })

  declare('what is staged nobody sees, is read back, and goes when the run ends', async ({ site }) => {
    const [step] = what() as [ReturnType<typeof fileOf>]
    const world = site.world()
    const artifact = made(await site.graph.run([step]), step)
    const session = await site.site.open(world.release, world)
    const staged = await session.stage(artifact, world)
    assert.equal(await session.verify(staged), { state: 'staged', digest: artifact.digest })
    assert.equal(Object.keys(await site.files()).filter(path => !path.startsWith('.slipway-')), [])
    await session.close?.()
    assert.equal(await site.files(), {})
  })

  declare('retract takes a version back, from a fresh session; what is not there is no problem', async ({ site }) => {
    for (const version of ['1.2.3', '1.2.4']) await site.release(version, what(version))
    assert.equal(await site.retract('1.2.4'), [])
    const files = await site.files()
    assert.equal([latestOf(files), versionsOf(files), Object.keys(files).filter(path => path.startsWith('1.2.4'))], ['1.2.3', ['1.2.3'], []])
    assert.equal([await site.retract('1.2.4'), await site.retract('1.2.3'), await site.files()], [[], [], {}])
    assert.equal(await site.release('1.2.4', what('1.2.4')), [])
    assert.is(latestOf(await site.files()), '1.2.4')
  })

  declare('a run that died after its files, and before its pointers, is finished by the next, or taken back', async ({ site }) => {
    const [step] = what() as [ReturnType<typeof fileOf>]
    await site.put('1.2.3/gateway_1.2.3.txt', 'text of 1.2.3')
    assert.equal(await site.retract('1.2.3', [step]), [])
    assert.equal(await site.files(), {})
    await site.put('1.2.3/gateway_1.2.3.txt', 'text of 1.2.3')
    assert.equal(await site.release('1.2.3', what()), [])
    const whole = await site.files()
    await site.retract('1.2.3')
    await site.release('1.2.3', what())
    assert.equal(await site.files(), whole)
  })

  declare('one version in two publications, and two runs at once, lose nothing', async ({ site }) => {
    assert.equal(await site.release('1.2.3', [fileOf('a.txt', 'a')]), [])
    assert.equal(await Promise.all([site.release('1.2.3', [fileOf('b.txt', 'b')]), site.release('1.2.3', [fileOf('b.txt', 'b')])]), [[], []])
    const { artifacts } = JSON.parse((await site.files())['latest.json'] ?? '') as { artifacts: { name: string }[] }
    assert.equal(artifacts.map(({ name }) => name), ['a.txt', 'b.txt'])
  })

  declare('a list that none has written, or of another project, is told', async ({ site }) => {
    await site.release('1.2.3', what())
    const [error] = await site.release('1.0.0', what('1.0.0'), 'other')
    assert.match(error?.message ?? '', /^Cannot publish other at .*: it has the versions of gateway$/)
    const [foreign] = await site.site.check(site.world(releaseOf('1.0.0', 'other')), [])
    assert.is(foreign?.message, error?.message)
    await site.put('versions.json', '[]')
    const [problem] = await site.site.check(site.world(), [])
    assert.match(problem?.message ?? '', /^Cannot read versions\.json of .*: it is no list that a release has written$/)
    await site.put('1.2.3/index.json', JSON.stringify({ project: 'gateway', version: '1.2.3', artifacts: [{ name: 'x', digest: 'x', files: [{ path: '1.2.3/../../outside' }] }] }))
    assert.is((await site.retract('1.2.3')).length, 1)
  })

  declare('names that a version has used up are looked at before anything is made', async ({ site }) => {
    const steps = [fileOf('a.txt', 'one'), fileOf('b.txt', 'two'), demoOf({ 'compose.yaml': 'services: {}\n' })]
    await site.release('1.2.3', steps)
    const asked = async (what: Parameters<typeof site.site.check>[1], release = releaseOf('1.2.3')): Promise<readonly string[]> => (await site.site.check(site.world(release), what)).map(({ message }) => message.replaceAll(/sha256:\w+/g, 'DIGEST').replace(/ on .*: it is there/, ' on SITE: it is there'))
    const artifacts = async (...what: readonly Step[]) => {
      const outcomes = await site.graph.run(what)
      return what.map(step => made(outcomes, step))
    }
    assert.equal(await asked(await artifacts(...steps)), [])
    assert.equal(await asked(await artifacts(fileOf('a.txt', 'one'), fileOf('b.txt', 'other'), fileOf('c.txt', 'new'), demoOf({ 'compose.yaml': '' }))), [
      'Cannot put 1.2.3/b.txt on SITE: it is there as DIGEST, not DIGEST', 'Cannot put 1.2.3/compose on SITE: it is there as DIGEST, not DIGEST',
    ])
    assert.equal(await asked(await artifacts(fileOf('b.txt', 'other', '1.2.4')), releaseOf('1.2.4')), [])
    assert.equal(site.notices.splice(0), [])
    assert.equal(await asked(steps.map(({ outline }) => outline)), [])
    assert.equal(site.notices.splice(0), [`${site.site.name} has 1.2.3/a.txt and 2 more already: a version's files never change, so it goes on only where the same bytes are made`])
    // All that is wrong with names, and the rest as well.
    await site.put('versions.json', '[]')
    assert.equal((await asked([{ kind: 'checksums', name: 'index.json', version: '1.2.3' }, { kind: 'image', name: 'x', version: '1.2.3' }])).map(text => text.slice(0, 26)), ['Cannot put "index.json" on ', 'Cannot put "x" on a site: ', 'Cannot read versions.json '].map(text => text.slice(0, 26)))
  })

  declare('addresses and names', ({ site: { site } }) => {
    assert.equal(what('1.2.3').map(({ outline }) => site.url(outline)), ['https://downloads.example/1.2.3/gateway_1.2.3.txt', 'https://downloads.example/1.2.3/compose/'])
    assert.is(site.url({ kind: 'checksums', name: 'a b+.txt', version: '1.0.0+x' }), 'https://downloads.example/1.0.0%2Bx/a%20b%2B.txt')
    assert.is(site.url({ kind: 'binary', name: 'gateway', version: '1.0.0', target: 'linux/arm/v7' }), 'https://downloads.example/1.0.0/linux_arm_v7/gateway')
    for (const outline of [{ kind: 'checksums', name: 'x' }, { kind: 'checksums', name: 'a/b', version: '1.0.0' }, { kind: 'checksums', name: 'index.json', version: '1.0.0' }, { kind: 'checksums', name: 'x', version: '..' }, { kind: 'image', name: 'x', version: '1.0.0' }]) {
      assert.is(thrown(() => site.url(outline)).code, 'NAME')
    }
  })
}

const folder = suite<Context>('staticSite in a folder')
folder.before.each(async own => { own.site = await folderSite() })
folder.after.each(({ site }) => site.close())
holds(unless(undefined, folder))

folder('nothing hidden is left, files are readable, and a folder that cannot be written is told', async ({ site }) => {
  const umask = process.umask(0o077)
  await site.release('1.2.3', what())
  process.umask(umask)
  const at = (path: string) => join(site.graph.project, 'site', path)
  assert.equal((await readdir(at(''))).sort(), ['1.2.3', ...pointers])
  for (const path of ['1.2.3/gateway_1.2.3.txt', ...pointers]) assert.is((await stat(at(path))).mode & 0o777, 0o644)
  assert.equal(await site.site.check(site.world(), []), [])
  await writeFile(join(site.graph.project, 'file'), '')
  const [problem] = await staticSite({ folder: 'file/x' }).check(site.world(), [])
  assert.match(problem?.message ?? '', /^Cannot publish in .*\/file\/x: .*\/file is a file$/)
  await mkdir(at('.slipway-4000000-5-elsewhere-x'))
  assert.equal(staticSite({ folder: 'x' }).url({ kind: 'checksums', name: 'a b', version: '1.0.0' }), 'x/1.0.0/a b')
})

folder('what a run that was killed has left goes, though another one has published everything', async ({ site }) => {
  assert.equal(await site.release('1.2.3', what()), [])
  const files = await site.files()
  const [, , ...space] = processMark().split('-')
  await site.put(`.slipway-${2 ** 22 + 7}-5-${space.join('-')}-aa/1`, 'half of it')
  await site.put(`.slipway-${processMark()}-bb/1`, 'of one that lives')
  assert.equal(await site.release('1.2.3', what()), [])
  assert.equal(await site.files(), { [`.slipway-${processMark()}-bb/1`]: 'of one that lives', ...files })
})

folder('a snapshot may be published again with other bytes', async ({ site }) => {
  for (const text of ['one', 'two']) assert.equal(await site.release('1.2.4-dev.1', [fileOf('a.txt', text, '1.2.4-dev.1')]), [])
  assert.is((await site.files())['1.2.4-dev.1/a.txt'], 'two')
})

folder('what is no place for a site is refused', () => {
  const bucket = { bucket: 'some-bucket', region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 'b' }
  for (const options of [
    { folder: '' }, { folder: '.' }, { folder: '..' }, { folder: 'x', url: 'ftp://x' }, { folder: 'x', url: 'https://user:hunter2@x' }, { ...bucket, bucket: 'A' }, { ...bucket, bucket: 'a/b' },
    { ...bucket, region: '' }, { ...bucket, endpoint: 'http://s3.example' }, { ...bucket, prefix: 'a/../b' }, { ...bucket, prefix: 'a//b' },
  ]) {
    const { code, message } = thrown(() => staticSite(options))
    assert.is(code, 'USAGE')
    assert.not.match(message, /hunter2/)
  }
  assert.is(staticSite(bucket).url({ kind: 'checksums', name: 'x', version: '1.0.0' }), 'https://s3.us-east-1.amazonaws.com/some-bucket/1.0.0/x')
  assert.equal([staticSite(bucket).local, staticSite({ folder: 'x' }).local], [false, true])
})
folder.run()

const bucket: Test<Context> = suite<Context>('staticSite in a bucket')
const declare = unless(motoServer() === undefined ? 'needs moto_server' : undefined, bucket)
let server: S3Server
let count = 0
const newBucket = async (): Promise<string> => {
  const name = `bucket-${count += 1}`
  await fetch(`${server.endpoint}/${name}`, { method: 'PUT', headers: asOwner })
  return name
}

bucket.before(async () => { if (motoServer() !== undefined) server = await startS3() })
bucket.after(async () => { if (motoServer() !== undefined) await server.close() })
bucket.before.each(async own => { if (motoServer() !== undefined) own.site = await bucketSite(server, await newBucket()) })
bucket.after.each(async ({ site }) => { await (site as SiteFixture | undefined)?.close() })
holds(declare)

declare('a large file goes in parts, and comes out whole', async ({ site }) => {
  const text = 'x'.repeat((16 << 20) * 2 + 5)
  assert.equal(await site.release('1.2.3', [fileOf('large.txt', text)]), [])
  assert.is(digestOf((await site.files())['1.2.3/large.txt'] ?? ''), digestOf(text))
})

declare('check: nothing is left of it; a bucket that is not there, and no key, are told', async ({ site }) => {
  assert.equal([await site.site.check(site.world(), what().map(({ outline }) => outline)), await server.pending(`bucket-${count}`), await site.files()], [[], 0, {}])
  const options = { bucket: 'not-there', region: 'us-east-1', endpoint: server.endpoint, ...bucketKeys }
  const [problem] = await staticSite(options).check(site.world(), [])
  assert.is(problem?.message, `Cannot upload .slipway at ${server.endpoint}/not-there: there is no such bucket`)
  const [second] = await staticSite({ ...options, accessKeyId: undefined }).check(site.world(), [])
  assert.equal([second?.code, second?.message], ['CREDENTIALS', `Cannot publish at site ${server.endpoint}/not-there: there is no access key`])
})

declare('a server that checks signatures takes every request; another secret or key is told, and not shown', async ({ site }) => {
  const strict = await startStrictS3()
  const { endpoint, bucket: name, accessKeyId, secretAccessKey } = strict
  try {
    const own = await bucketSite(server, name, { endpoint, accessKeyId, secretAccessKey, prefix: 'a b+c!\'()*/ü~' })
    assert.equal(await own.site.check(own.world(), []), [])
    assert.equal(await own.release('1.2.3', [...what(), fileOf('a b+c!\'()*ü~&=.txt', 'odd')]), [])
    assert.is((await own.site.probe(fileOf('a b+c!\'()*ü~&=.txt', 'odd').outline, own.world())).digest, digestOf('odd'))
    assert.equal(await own.retract('1.2.3'), [])
    await own.close()
    const told = async (keys: { readonly accessKeyId: string, readonly secretAccessKey: string }) => {
      const [problem] = await staticSite({ bucket: name, region: 'us-east-1', endpoint, ...keys }).check(site.world(), [])
      assert.not.match(JSON.stringify(problem), /hunter2/)
      return [problem?.code, problem?.message.replace(`Cannot upload .slipway at ${endpoint}/strict: `, '')]
    }
    assert.equal(await told({ accessKeyId, secretAccessKey: bucketKeys.secretAccessKey }), ['CREDENTIALS', 'the secret access key is another one'])
    assert.equal(await told(bucketKeys), ['CREDENTIALS', 'the server does not know the access key'])
    assert.equal(await told(strict.reader), ['CREDENTIALS', 'the access key may not do that'])
  } finally {
    await strict.close()
  }
})

declare('a clock that is off is told before a server refuses what is signed by it', async ({ site }) => {
  const asked = async (off: number): Promise<readonly string[]> => (await site.site.check({ ...site.world(), now: () => Date.now() + off }, [])).map(({ code, message }) => `${code} ${message}`)
  assert.equal(await asked(240_000), [])
  for (const off of [-600_000, 600_000]) assert.match((await asked(off)).join('\n'), /^DESTINATION Cannot publish at site .*: the clock of this machine is \d+ min \d+ s off the server's$/)
})

bucket('a server that refuses it for the clock is one problem, and says how much', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(403, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end('<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>')
  })
  const { host, close } = await listen(server)
  try {
    const world = { signal: new AbortController().signal, place: { root: '/nowhere' }, release: releaseOf(), now: Date.now, notice: () => undefined } as unknown as Parameters<ReturnType<typeof staticSite>['check']>[0]
    const problems = await staticSite({ bucket: 'some-bucket', region: 'us-east-1', endpoint: `http://${host}`, ...bucketKeys }).check(world, [])
    assert.is(problems.length, 1)
    assert.match(problems[0]?.message ?? '', /: the clock of this machine is \d+ min \d+ s off the server's$/)
  } finally {
    await close()
  }
})

declare('runs of several versions at once lose none: pointers move by compare-and-swap', async ({ site }) => {
  const versions = ['1.0.0', '1.1.0', '2.0.0', '1.2.0']
  assert.equal(await Promise.all(versions.map(version => site.release(version, what(version)))), versions.map(() => []))
  const files = await site.files()
  assert.equal([versionsOf(files), latestOf(files)], [['2.0.0', '1.2.0', '1.1.0', '1.0.0'], '2.0.0'])
})

declare('uploads that a dead run has left go once their file is there', async ({ site }) => {
  const [step] = what() as [ReturnType<typeof fileOf>]
  const world = site.world()
  const artifact = made(await site.graph.run([step]), step)
  await (await site.site.open(world.release, world)).stage(artifact, world)
  assert.is(await server.pending(`bucket-${count}`), 1)
  assert.equal(await site.release('1.2.3', what()), [])
  assert.is(await server.pending(`bucket-${count}`), 0)
})

declare('a run whose uploads another one gives up, because it has published the same, comes to that, too', async ({ site }) => {
  const [step] = what() as [ReturnType<typeof fileOf>]
  const world = site.world()
  const artifact = made(await site.graph.run([step]), step)
  const session = await site.site.open(world.release, world)
  const receipt = await session.stage(artifact, world)
  assert.equal(await site.release('1.2.3', what()), [])
  const end = await site.files()
  assert.equal(await session.verify(receipt), { state: 'staged', digest: artifact.digest })
  await session.commit({ staged: [receipt], order: [] } as unknown as Parameters<typeof session.commit>[0], world)
  assert.equal([await site.files(), await server.pending(`bucket-${count}`)], [end, 0])
})

declare('what a check has left that died is cleared away by the next one', async ({ site }) => {
  const place = `${server.endpoint}/bucket-${count}/${encodeURIComponent('down loads+x')}/.slipway`
  await fetch(`${place}?uploads`, { method: 'POST', headers: asOwner })
  assert.is(await server.pending(`bucket-${count}`), 1)
  assert.equal(await site.site.check(site.world(), []), [])
  assert.is(await server.pending(`bucket-${count}`), 0)
})

declare('a fault at any request: the release comes through, or runs again, to the same files; no secret is shown', async ({ site }) => {
  const proxy = await startFaultProxy(server.endpoint.replace('http://', ''))
  try {
    const own = async () => bucketSite(server, await newBucket(), { endpoint: `http://${proxy.host}` })
    assert.equal(await site.release('1.2.3', what()), [])
    const end = await site.files()
    const first = await own()
    await first.release('1.2.3', what())
    await first.close()
    const total = proxy.requests.length
    const kinds = faults.filter(fault => !['stall', 'flip'].includes(fault))
    for (let at = 1; at <= total; at += 1) {
      const each = await own()
      const fault = kinds[at % kinds.length]
      proxy.break(fault, at)
      const errors = await each.release('1.2.3', what())
      assert.not.match(JSON.stringify([errors, each.graph.events.map(event => ({ ...event, step: undefined }))]), /hunter2/)
      proxy.break(undefined)
      if (errors.length > 0) assert.equal(await each.release('1.2.3', what()), [], `${fault} at ${at}`)
      assert.equal(await each.files(), end, `${fault} at ${at}`)
      await each.close()
    }
    assert.ok(total > 20, String(total))
  } finally {
    await proxy.close()
  }
})

bucket.run()
