import { readFile, readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Destination, Shipped } from '../../lib/contracts/destination.ts'
import { directory } from '../../lib/destinations/directory.ts'
import { narrow } from '../../lib/graph/narrow.ts'
import { closureOf, type Step } from '../../lib/graph/step.ts'
import type { Announcement } from '../../lib/values/announcement.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Problem } from '../../lib/values/problem.ts'
import { archive } from '../../tasks/archive.ts'
import { webhook } from '../../tasks/announce.ts'
import { at } from '../../tasks/at.ts'
import { chartPackage } from '../../tasks/chart-package.ts'
import { checksums } from '../../tasks/checksums.ts'
import { publish, send } from '../../tasks/publish.ts'
import { transform } from '../../tasks/transform.ts'
import { wholeness } from '../destinations/support/wholeness.ts'
import { failure, graphFixture, made, type GraphFixture, type WalkSetting } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyBinary } from '../support/toy-binary.ts'
import { toyChart } from '../support/toy-chart.ts'
import { toyImage } from '../support/toy-image.ts'
import { gate, toys, type Toys } from '../support/toy-steps.ts'
import { thrown } from '../support/thrown.ts'

interface Store extends Destination<Artifact> {
  /** What happened at it, in order. */
  readonly log: string[]
  readonly shipped: Shipped[]
}

interface Context extends Toys {
  graph: GraphFixture
  run(step: Step, setting?: WalkSetting): ReturnType<GraphFixture['run']>
}

const test = suite<Context>('publish')
const release = releaseValue()

test.before.each(async context => {
  const graph = await graphFixture()
  Object.assign(context, toys(), { graph, run: (step: Step, setting: WalkSetting = {}) => graph.run([step], { release, ...setting }) })
})
test.after.each(({ graph }) => graph.close())

/** A destination in memory that writes down what happens at it. */
function store(name: string, { swaps = '', problems = [] as readonly Problem[], local = true, reversible = true, drops = false } = {}): Store {
  const log: string[] = []
  const shipped: Shipped[] = []
  return {
    name, local, reversible, log, shipped, url: outline => `${name}/${outline.name}`,
    check: async () => problems, probe: async () => ({ state: 'absent' }),
    open: async () => {
      log.push('open')
      return {
        stage: async artifact => {
          log.push(`stage ${artifact.name}`)
          return { artifact, url: `${name}/${artifact.name}` }
        },
        verify: async ({ artifact }) => {
          log.push(`verify ${artifact.name}`)
          const again = log.filter(line => line === `verify ${artifact.name}`).length > 1
          return artifact.name === swaps || (drops && again) ? { state: 'absent' } : { state: 'staged', digest: artifact.digest }
        },
        commit: async what => {
          log.push(`commit ${what.staged.map(({ artifact }) => artifact.name).join(' ')}`)
          shipped.push(what)
        },
        retract: async () => [],
        close: async () => { log.push('close') },
      }
    },
  }
}

test('all is staged and read back, then made visible at once, in one session', async ({ step, run }) => {
  const there = store('there')
  const end = publish(send(there, step('a'), [step('b'), step('c')]))
  assert.equal(there.log, [])
  made(await run(end), end)
  assert.equal([there.log[0], ...there.log.slice(-2)], ['open', 'commit a b c', 'close'])
  assert.equal(there.log.slice(1, -2).sort(), ['stage a', 'stage b', 'stage c', 'verify a', 'verify b', 'verify c'])
  assert.equal(there.shipped[0]?.staged.map(({ url }) => url), ['there/a', 'there/b', 'there/c'])
  assert.equal([there.shipped[0]?.release, there.shipped[0]?.partial], [release, false])
})

test('staging overlaps with making what is still to come', async ({ step, on, run }) => {
  const slow = gate()
  const there = store('there')
  on('slow', () => slow.passed)
  const watched: Store = { ...there, open: async (...args) => {
    const session = await there.open(...args)
    return { ...session, stage: async (artifact, world) => {
      if (artifact.name === 'fast') slow.open()   // or `slow` never ends
      return session.stage(artifact, world)
    } }
  } }
  const end = publish(send(watched, step('fast'), step('slow')))
  made(await run(end), end)
  assert.equal(there.log, ['open', 'stage fast', 'verify fast', 'stage slow', 'verify slow', 'commit fast slow', 'close'])
})

test('what an artifact is made of is staged ahead of it, where its destination takes that', async ({ step, on, run }) => {
  const slow = gate()
  const [there, other] = [store('there'), store('other')]
  on('slow', () => slow.passed)
  const watched: Store = { ...there, takesAhead: ['toy'], open: async (...args) => {
    const session = await there.open(...args)
    return { ...session, ahead: async (part, of) => {
      there.log.push(`ahead ${part.name} of ${of.name}`)
      if (part.name === 'fast') slow.open()   // or `slow` never ends
    } }
  } }
  const whole = step('whole', [step('fast', [step('inner')]), step('slow')])
  const end = publish(send(watched, whole), send(other, whole))
  made(await run(end), end)
  assert.equal(there.log, ['open', 'ahead fast of whole', 'ahead slow of whole', 'stage whole', 'verify whole', 'commit whole', 'close'])
  assert.equal(other.log, ['open', 'stage whole', 'verify whole', 'commit whole', 'close'])
})

test('what could not be staged ahead is staged with the rest', async ({ step, run }) => {
  const there = store('there')
  const failing: Store = { ...there, takesAhead: ['toy'], open: async (...args) => ({ ...await there.open(...args), ahead: () => Promise.reject(new Error('no')) }) }
  const end = publish(send(failing, step('whole', [step('part')])))
  made(await run(end), end)
  assert.equal(there.log, ['open', 'stage whole', 'verify whole', 'commit whole', 'close'])
  const closed: Store = { ...there, takesAhead: ['toy'], open: () => Promise.reject(new ReleaseError('Cannot open it', { code: 'NETWORK' })) }
  const errors = [...(await run(publish(send(closed, step('whole', [step('part'), step('other')]))))).values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error.message] : [])
  assert.equal(errors, ['Cannot open it'])
})

test('two destinations get what was sent to each, one that is named twice is opened once', async ({ step, run }) => {
  const [one, two] = [store('one'), store('two')]
  const end = publish(send(one, step('a')), send(two, step('a'), step('b')), send(one, step('b'), step('a')))
  const record = made(await run(end), end)
  assert.equal([record.name, record.local], ['one, two', true])
  assert.equal([one, two].map(({ log }) => log.filter(line => /open|commit/.test(line))), [['open', 'commit a b'], ['open', 'commit a b']])
  assert.is(publish(send(one, step('a')), send(store('far', { local: false }), step('a'))).outline.local, false)
})

test('what fails to be made is committed nowhere, and every session is closed', async ({ step, on, run }) => {
  const [one, two] = [store('one'), store('two')]
  on('bad', () => { throw new Error('no') })
  const end = publish(send(one, step('a')), send(two, step('b'), step('bad')))
  assert.is((await run(end)).get(end.recipe)?.state, 'cancelled')
  for (const { log } of [one, two]) assert.equal([log.some(line => line.startsWith('commit')), log.at(-1)], [false, 'close'])
})

test('what reads back otherwise stops the release before anything is visible', async ({ step, run }) => {
  const there = store('there', { swaps: 'b' })
  const end = publish(send(there, step('a'), step('b')))
  const outcomes = await run(end)
  const [error] = [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
  assert.is(error?.code, 'DESTINATION')
  assert.match(error?.message ?? '', /^Cannot publish b at there: reading it back gives nothing, not sha256:/)
  assert.not(there.log.some(line => line.startsWith('commit')))
})

test('two artifacts of one name are refused when composing, in any case of letters', ({ step }) => {
  const other = step('README', [], { text: 'other' })
  for (const two of [step('README'), step('readme'), step('ReadMe')]) {
    const { code, message } = thrown(() => publish(send(store('there'), other), send(store('there'), two)))
    assert.equal([code, message], ['NAME', `Cannot publish at there: two artifacts are called ${two.outline.name}`])
  }
  publish(send(store('one'), step('README')), send(store('two'), step('readme')))
  publish(send(store('one'), step('README'), step('README')))
  const { message } = thrown(() => publish(send(store('there'), toyBinary(), toyBinary({ target: 'linux/arm64' }))))
  assert.is(message, 'Cannot publish at there: two artifacts are called gateway (linux/amd64 and linux/arm64)')
})

test('what a destination knows before is told by the one step that publishes', async ({ step, graph }) => {
  const problem = { where: 'there', message: 'Cannot write there' }
  const end = publish(send(store('there', { problems: [problem] }), step('a')), send(store('here', { problems: [problem, problem] }), step('a')))
  const observer = { ...graph.options(), exec: graph.options().exec(undefined, graph.options().signal) }
  const checks = closureOf([end]).filter(({ definition }) => definition.check)
  assert.is(checks.length, 1)
  assert.equal(await checks[0]?.definition.check?.({ receipts: [] } as never, observer as never), [problem, problem, problem])
})

test('a destination is told what it will be sent before anything is built', async ({ step, graph }) => {
  const asked: string[][] = []
  const asking = (name: string): Store => ({ ...store(name), check: async (_world, what) => { asked.push([name, ...what.map(one => one.name)]); return [] } })
  const end = publish(send(asking('there'), step('a'), step('b')), send(asking('here'), step('a')))
  const observer = { ...graph.options(), exec: graph.options().exec(undefined, graph.options().signal) }
  const receipts = (end.input['receipts'] as readonly Step[]).map(({ outline }) => outline)
  await end.definition.check?.({ receipts } as never, observer as never)
  assert.equal(asked, [['there', 'a', 'b'], ['here', 'a']])
})

test('what is named at an address has to be sent there', ({ step }) => {
  const [there, here, far] = [store('there'), store('here'), store('far', { local: false })]
  const image = toyImage()
  const chart = toyChart({ images: [at(far, image)] })
  const { code, message } = thrown(() => publish(send(here, chart), send(far, step('a'))))
  assert.equal([code, message], ['DESTINATION', 'Cannot publish gateway:1.2.3-alpine: it is named as far/gateway:1.2.3-alpine, and nothing sends it to far'])
  thrown(() => publish(send(far, chart)))
  thrown(() => publish(send(far, chart), send(there, image)))
  thrown(() => publish(send(far, chart, toyImage({ distro: 'ubuntu' }))))
  publish(send(far, chart, image))
  publish(send(here, chart), send(far, image))
})

test('nothing is named by an address that somebody has to agree to first', () => {
  const asked: Destination<Artifact> = { ...store('far', { local: false }), deferred: true }
  const image = toyImage()
  const { code, message } = thrown(() => publish(send(asked, image), send(store('here', { local: false }), toyChart({ images: [at(asked, image)] }))))
  assert.equal([code, message], ['DESTINATION', 'Cannot publish gateway:1.2.3-alpine: it is named as far/gateway:1.2.3-alpine, and nobody knows when that is there: somebody has to agree to it at far'])
})

test('what waits for somebody to agree is told apart from what is public, and is not announced', async ({ run, step }) => {
  const told: string[] = []
  const reported: unknown[] = []
  const announce = { host: 'nowhere', deliver: async ({ artifacts }: Announcement) => { told.push(...artifacts.map(({ destination }) => destination)); return undefined } }
  const asked: Destination<Artifact> = { ...store('asked', { local: false }), deferred: true }
  await run(publish({ announce: [announce] }, send(asked, step('a')), send(store('there', { local: false }), step('a'))), { report: (_name: string, value: unknown) => { reported.push(value) } })
  assert.equal(reported, [{ public: ['there'], failed: [], held: [], proposed: ['asked'] }])
  assert.equal(told, ['there'])
})

test('a rehearsal may name addresses that nothing is sent to', () => {
  publish(send(store('here'), toyChart({ images: [at(store('far', { local: false }), toyImage())] })))
})

test('what is named becomes visible before what names it, what cannot be taken back last', async ({ run }) => {
  const order: string[] = []
  const there = (name: string, reversible = true) => ordered(store(name, { local: false, reversible }), order)
  const [registry, charts, store1, tap] = [there('registry'), there('charts'), there('store', false), there('tap')]
  const image = toyImage()
  const chart = toyChart({ images: [at(registry, image)] })
  const other = toyChart({ version: '1.2.4', images: [at(registry, image)] })
  await run(publish(send(store1, image), send(charts, chart), send(tap, other), send(registry, image)))
  assert.equal(order, ['registry', 'charts', 'tap', 'store'])
})

test('destinations that name each other are refused', () => {
  const [a, b] = [store('a'), store('b')]
  const [one, two] = [toyImage(), toyImage({ distro: 'ubuntu' })]
  const error = thrown(() => publish(send(a, toyChart({ images: [at(b, two)] }), one), send(b, toyChart({ text: 'b', images: [at(a, one)] }), two)))
  assert.match(error.message, /^Cannot publish at a and b: .* in a circle$/)
})

test('what names something at a destination that failed stays invisible, the rest as build.ts says', async ({ run, step }) => {
  for (const failures of ['hold back', 'go on'] as const) {
    const order: string[] = []
    const [registry, charts, site] = [ordered(store('registry', { local: false }), order, 'registry'), ordered(store('charts', { local: false }), order), ordered(store('site', { local: false }), order)]
    const image = toyImage()
    const end = publish({ failures }, send(registry, image), send(charts, toyChart({ images: [at(registry, image)] })), send(site, step('a')))
    const { message, hint } = failure(await run(end), end) as ReleaseError
    assert.equal(order, failures === 'go on' ? ['site'] : [])
    assert.match(message, /registry: failed: out of order/)
    assert.match(message, /charts: held back, nothing is visible there/)
    assert.match(message, failures === 'go on' ? /site: public/ : /site: held back/)
    assert.match(hint ?? '', /run it again/)
  }
})

test('what was dropped elsewhere before the end is not named', async ({ run, step }) => {
  const far = store('far', { local: false, drops: true })
  const end = publish(send(far, step('a')))
  assert.match(failure(await run(end), end).message, /reading it back gives nothing/)
  assert.equal(far.log.filter(line => line.startsWith('commit')), [])
})

test('where one was dropped, few others are asked for once more, and none after the session is closed', async ({ run, step }) => {
  const far = store('far', { local: false, drops: true })
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  await run(publish(send(far, names.map(name => step(name)))))
  const verified = far.log.filter(line => line.startsWith('verify')).length
  assert.ok(verified > names.length && verified <= names.length + 4, String(verified))
  assert.is(far.log.at(-1), 'close')
})

test('others are told once it is public, once, and never make a release fail', async ({ run, step, graph }) => {
  const bodies: unknown[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => { body += String(chunk) }).on('end', () => {
      bodies.push(JSON.parse(body))
      response.writeHead(status).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const announce = [webhook({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path` })]
    const far = store('far', { local: false })
    const end = () => publish({ announce }, send(far, step('a')), send(store('near'), step('b')))
    made(await run(end()), end())
    assert.is(bodies.length, 1)
    const { version, artifacts } = bodies[0] as { version: string, artifacts: readonly { name: string, destination: string }[] }
    assert.equal([version, artifacts.map(({ name, destination }) => `${name} ${destination}`)], ['1.2.3', ['a far']])
    const there = publish({ announce }, send({ ...far, probe: async () => ({ state: 'public' }) }, step('a')))
    made(await run(there), there)
    assert.is(bodies.length, 1, 'it was public already')
    status = 404
    const again = publish({ announce }, send(store('farther', { local: false }), step('a')))
    made(await run(again), again)
    assert.is(graph.notices().filter(line => /could not be announced at 127\.0\.0\.1/.test(line)).length, 1)
    assert.not.match(graph.notices().join(), /secret-path/)
  } finally {
    await new Promise(resolve => server.close(resolve))
  }
})

test('a chart and its package are one file, two charts are not', () => {
  const chart = toyChart()
  publish(send(store('there'), chart, chartPackage(chart)))
  publish(send(store('there'), chartPackage(chart), chart))
  assert.is(thrown(() => publish(send(store('there'), chart, chartPackage(toyChart({ text: 'another' }))))).code, 'NAME')
})

test('every binary behind what is shipped is told, with the command of those that a command made', async ({ run }) => {
  const there = store('there')
  const mac = toyBinary({ target: 'darwin/arm64' })
  const signed = transform({ name: 'signature', version: release.version, artifact: mac, run: ['sh', '-c', 'echo signed >> "$0"', '{input}'] })
  const archives = [archive({ binary: toyBinary() }), archive({ binary: signed })]
  const end = publish(send(there, archives, checksums({ artifacts: archives })))
  made(await run(end), end)
  assert.equal(there.shipped[0]?.binaries.map(({ target, build }) => `${target} ${build ? build.command.join(' ') : 'by no command'}`).sort(), [
    'darwin/arm64 by no command', 'darwin/arm64 go build -o gateway .', 'linux/amd64 go build -o gateway .',
  ])
})

/** A destination that writes down when its commit is over, unless it is the one that fails. */
function ordered(to: Store, order: string[], fails = ''): Store {
  return {
    ...to, open: async (release_, world) => {
      const session = await to.open(release_, world)
      return { ...session, commit: async (shipped, world_) => {
        if (to.name === fails) throw new ReleaseError('out of order', { code: 'DESTINATION' })
        await session.commit(shipped, world_)
        order.push(to.name)
      } }
    },
  }
}

test('with fewer targets it is partial', async ({ run }) => {
  const there = store('there')
  const archives = (['linux/amd64', 'darwin/arm64'] as const).map(target => archive({ binary: toyBinary({ target }) }))
  const whole = publish(send(there, archives, checksums({ artifacts: archives })))
  const [part] = narrow([whole], target => target === 'linux/amd64')
  if (!part) throw new Error('nothing is left')
  made(await run(part), part)
  const [shipped] = there.shipped
  assert.equal(shipped?.staged.map(({ artifact }) => artifact.name), ['gateway_1.2.3_linux_amd64.tar.gz', 'gateway_1.2.3_checksums.txt'])
  assert.equal([shipped?.partial, shipped?.binaries.length], [true, 1])
})

test('two publications in one run stay apart, and one can be run again', async ({ step, run, graph }) => {
  const there = store('there')
  const [small, large] = [publish(send(there, step('a'))), publish(send(there, step('a'), step('b')))]
  const outcomes = await graph.run([small, large], { release })
  for (const one of [small, large]) made(outcomes, one)
  assert.equal(there.log.filter(line => /^(open|commit|close)/.test(line)).sort(), ['close', 'close', 'commit a', 'commit a b', 'open', 'open'])
  there.log.length = 0
  made(await run(small), small)
  assert.equal(there.log, ['open', 'stage a', 'verify a', 'commit a', 'close'])
})

test('it goes to a directory, and again, and with other things', async ({ step, run, graph }) => {
  const dist = join(graph.project, 'dist')
  const compose = (...names: string[]) => publish(send(directory(), names.map(name => step(name))), send(directory('copy'), step('a')))
  const first = compose('a', 'b')
  for (const end of [first, first, compose('c'), first]) {
    made(await run(end), end)
    for (const folder of [dist, join(graph.project, 'copy')]) assert.is(await wholeness(folder), 'whole')
  }
  assert.equal((await readdir(graph.project)).sort(), ['copy', 'dist'])
  assert.equal((await readdir(dist)).sort(), ['a', 'b', 'release.json'])
})

test('without being told what is released it refuses', async ({ step, graph }) => {
  const end = publish(send(store('there'), step('a')))
  const outcomes = await graph.run([end])
  const stage = [...outcomes.entries()].find(([, { state }]) => state === 'failed')?.[0]
  assert.match(failure(outcomes, { recipe: stage } as Step).message, /^Cannot perform stage at there a: it is not told what is released$/)
})

test('an artifact that is damaged in the cache is made again while it is staged', async ({ step, run, graph }) => {
  const a = step('a')
  await graph.flip(made(await run(a), a))
  const end = publish(send(directory(), a))
  made(await run(end), end)
  assert.match(graph.notices().join(), /holds a damaged/)
  assert.is(await readFile(join(graph.project, 'dist/a'), 'utf8'), 'a\n\nnone')
})

test.run()
