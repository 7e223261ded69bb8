import { join } from 'node:path'
import { suite, type Callback, type Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Helm } from '../../support/helm.ts'
import { missing } from '../../support/needs.ts'
import type { RealRegistry } from '../../support/real-registries.ts'
import { toolsFolder } from '../../support/tools-folder.ts'
import { unless } from '../../support/unless.ts'
import { everywhere, type Everywhere } from './everywhere.ts'
import { removeWorkplaces } from './workplace.ts'
import { look, type Sight } from './witnesses.ts'
import type { Ended } from './start.ts'

interface Stage extends Everywhere {
  readonly helm: string
  /** Runs build.ts to a good end. */
  does(...args: readonly string[]): Promise<Ended>
  look(): Promise<Sight>
}

/**
 * A candidate of examples/gateway is released, looked at, promoted and taken back, at every kind of destination at once, as a person
 * would do it; gh, skopeo, helm, git and a browser say what is there. One step goes on from the last.
 */
export function witnessed(kind: RealRegistry, helm: Helm): Test {
  const test = suite(`with ${kind.name} and ${helm.name}`)
  const declare = unless(kind.reason ?? helm.reason ?? missing('gh', 'skopeo'), test)
  let stage: Stage | undefined
  /** What was to be seen after each step that something was changed by. */
  const seen: Record<string, Sight> = {}
  const step = (name: string, act: (stage: Stage) => Promise<void>): void => {
    const body: Callback = async () => {
      if (!stage) {
        const all = await everywhere(kind)
        const program = join(toolsFolder(), helm.name)
        stage = { ...all, helm: program, look: () => look(all, program), does: async (...args) => good(await all.build(...args), args) }
      }
      await act(stage)
    }
    declare(name, body)
  }
  test.after(async () => {
    await stage?.close()
    await removeWorkplaces()
  })

  step('the first version is cut, released and latest everywhere', async ({ does, look: looks, registry, run, helm: program, charts }) => {
    const { stdout } = await does('cut', '0.0.1', '--push', '--yes')
    assert.match(stdout, /Tagged \w+ as v0\.0\.1\.\nPushed it to origin\./)
    await does('release', '--publish')
    const sight = seen['0.0.1'] = await looks()
    assert.equal(Object.keys(sight.releases), ['v0.0.1 | Latest | v0.0.1'])
    assert.equal(Object.keys(sight.images), ['0.0.1', '0.0.1-alpine', '0.0.1-static', 'latest', 'latest-alpine', 'latest-static'])
    assert.equal([sight.images['latest'], sight.images['latest-alpine']], [sight.images['0.0.1-static'], sight.images['0.0.1-alpine']])
    assert.equal([Object.keys(sight.charts), sight.repository], [['0.0.1'], ['0.0.1']])
    assert.equal(sight.demo, { commits: ['gateway 0.0.1'], image: `${registry}/example/gateway@${sight.images['0.0.1-static']}` })
    assert.equal([sight.site.versions, sight.site.latest], [['0.0.1'], '0.0.1'])
    assert.is(await newestChart(run, program, charts), '0.0.1')
  })

  step('a candidate is cut and released: to be had by its name, while all that moves stays', async ({ does, look: looks, place: { repository }, run, helm: program, charts, registry }) => {
    await repository.commit({ 'NEWS.md': 'Something new\n' })
    await repository.git('push', '--quiet', 'origin', 'main')
    const { stdout } = await does('cut', '--next', 'rc', '--push', '--yes')
    assert.match(stdout, /Tagged \w+ as v0\.0\.2-rc\.1\.\nPushed it to origin\./)
    const { stderr } = await does('release', '--publish')
    assert.match(stderr, /notice: tap \S+ stays at 0\.0\.1, which 0\.0\.2-rc\.1 does not replace\./)
    const [before, sight] = [seen['0.0.1'] as Sight, seen['0.0.2-rc.1'] = await looks()]
    assert.equal(Object.keys(sight.releases), ['v0.0.2-rc.1 | Pre-release | v0.0.2-rc.1', 'v0.0.1 | Latest | v0.0.1'])
    assert.equal(Object.keys(sight.releases['v0.0.2-rc.1 | Pre-release | v0.0.2-rc.1'] ?? {}).length, 3)
    assert.equal(added(before.images, sight.images), ['0.0.2-rc.1-alpine', '0.0.2-rc.1-static'])
    assert.equal(added(before.charts, sight.charts), ['0.0.2-rc.1'])
    assert.equal(sight.repository, ['0.0.2-rc.1', '0.0.1'])
    assert.equal(sight.demo, before.demo)
    assert.equal({ ...sight.site, versions: ['0.0.1'] }, before.site)
    assert.equal(sight.site.versions, ['0.0.2-rc.1', '0.0.1'])
    assert.is(await newestChart(run, program, charts), '0.0.1')
    // What helm installs is what skopeo sees.
    const values = await run(program, 'show', 'values', `oci://${registry}/example/charts/gateway`, '--version', '0.0.2-rc.1', '--plain-http')
    assert.ok(values.includes(sight.images['0.0.2-rc.1-static'] ?? 'nothing'), values)
    assert.match(values, new RegExp(`repository: ${registry}/example/gateway$`, 'm'))
  })

  step('status says of each destination what the witnesses say', async ({ does }) => {
    const { stdout } = await does('status', '--json')
    const { version, artifacts } = JSON.parse(stdout) as { readonly version: string; readonly artifacts: readonly { readonly destination: string; readonly kind: string; readonly state: string; readonly digest?: string; readonly instead?: string }[] }
    assert.is(version, '0.0.2-rc.1')
    const sight = seen['0.0.2-rc.1'] as Sight
    const told = (destination: RegExp, kind: string) => artifacts.filter(one => destination.test(one.destination) && one.kind === kind).map(({ state, digest, instead }) => [state, digest, instead].filter(word => word !== undefined).join(' '))
    assert.equal(told(/^registry/, 'image').sort(), ['alpine', 'static'].map(distro => `same ${sight.images[`0.0.2-rc.1-${distro}`]}`).sort())
    assert.equal(told(/^registry/, 'chart'), [`same ${sight.charts['0.0.2-rc.1']}`])
    assert.equal(told(/^chart repository/, 'chart'), ['public'])
    assert.equal(told(/^tap/, 'demo'), ['absent 0.0.1'])
    const files = Object.values(sight.releases['v0.0.2-rc.1 | Pre-release | v0.0.2-rc.1'] ?? {}).map(digest => `same ${digest}`).sort()
    for (const place of [/^GitHub release/, /^site/]) assert.equal([...told(place, 'archive'), ...told(place, 'checksums')].sort(), files)
  })

  step('what is done once more changes nothing', async ({ build, does, look: looks, github }) => {
    const asked = github.requests.length
    const again = await build('cut', '--next', 'rc', '--push', '--yes')
    assert.is(again.code, 1)
    assert.match(again.stderr, /Cannot cut v0\.0\.2-rc\.2: \w+ is v0\.0\.2-rc\.1 already/)
    await does('release', '--publish')
    assert.equal(await looks(), seen['0.0.2-rc.1'])
    // The one request that is no reading asks for notes, which makes none.
    assert.equal(github.requests.slice(asked).filter(({ method, line }) => method !== 'GET' && !line.endsWith('/releases/generate-notes')).map(({ line }) => line).filter(line => !line.includes('/graphql')), [])
  })

  step('the candidate is promoted: stable and latest everywhere', async ({ does, look: looks, registry, run, helm: program, charts }) => {
    await does('cut', '0.0.2', '--push', '--yes')
    const { stdout } = await does('promote', '0.0.2-rc.1', '--to', '0.0.2')
    assert.match(stdout, /^0\.0\.2-rc\.1 was made again as it was published, and 0\.0\.2 differs from it in the version alone \(\d+ steps compared; /m)
    const [before, sight] = [seen['0.0.2-rc.1'] as Sight, seen['0.0.2'] = await looks()]
    assert.equal(Object.keys(sight.releases), ['v0.0.2 | Latest | v0.0.2', 'v0.0.2-rc.1 | Pre-release | v0.0.2-rc.1', 'v0.0.1 |  | v0.0.1'])
    assert.equal(added({ ...before.images, ...moved(before.images, sight.images) }, sight.images), ['0.0.2', '0.0.2-alpine', '0.0.2-static'])
    assert.equal(Object.keys(moved(before.images, sight.images)), ['latest', 'latest-alpine', 'latest-static'])
    assert.equal([sight.images['latest'], sight.images['latest-static'], sight.images['latest-alpine']], [sight.images['0.0.2'], sight.images['0.0.2-static'], sight.images['0.0.2-alpine']])
    assert.equal(added(before.charts, sight.charts), ['0.0.2'])
    assert.equal(sight.repository, ['0.0.2', '0.0.2-rc.1', '0.0.1'])
    assert.equal(sight.demo, { commits: ['gateway 0.0.2', 'gateway 0.0.1'], image: `${registry}/example/gateway@${sight.images['0.0.2-static']}` })
    assert.equal([sight.site.versions, sight.site.latest], [['0.0.2', '0.0.2-rc.1', '0.0.1'], '0.0.2'])
    assert.is(await newestChart(run, program, charts), '0.0.2')
  })

  step('promoted once more, and the candidate released once more, nothing changes', async ({ does, look: looks }) => {
    await does('promote', '0.0.2-rc.1', '--to', '0.0.2')
    await does('release', '--publish', '--version', '0.0.2-rc.1')
    assert.equal(await looks(), seen['0.0.2'])
  })

  step('the version is taken back: all is as before it, and what stays is said, by name', async ({ build, look: looks, run, helm: program, charts }) => {
    const { code, stderr } = await build('retract', '0.0.2', '--yes')
    const [before, sight] = [seen['0.0.2-rc.1'] as Sight, seen['taken back'] = await looks()]
    const stays = [...added(before.images, sight.images), ...added(before.charts, sight.charts)].sort()
    assert.equal([...stderr.matchAll(/^Cannot take back the tag (\S+) at /gm)].map(([, tag = '']) => tag).sort(), stays)
    assert.is(code, stays.length === 0 ? 0 : 1, stderr)
    for (const tag of stays) assert.match(tag, /^0\.0\.2(-static|-alpine)?$/)
    assert.equal({ ...sight, images: without(sight.images, stays), charts: without(sight.charts, stays) }, { ...before, demo: { ...before.demo, commits: ['Take back gateway 0.0.2', 'gateway 0.0.2', 'gateway 0.0.1'] } })
    assert.is(await newestChart(run, program, charts), '0.0.1')
  })

  step('taken back once more, nothing changes', async ({ build, look: looks }) => {
    const { stderr } = await build('retract', '0.0.2', '--yes')
    assert.match(stderr, /notice: tap \S+ has nothing of 0\.0\.2 to take back: 0\.0\.1 stands there\./)
    assert.equal(await looks(), seen['taken back'])
  })

  step('promoted after all, it is what it was', async ({ does, look: looks }) => {
    await does('promote', '0.0.2-rc.1', '--to', '0.0.2')
    const sight = await looks()
    assert.equal(sight.demo.commits[0], 'gateway 0.0.2')
    assert.equal({ ...sight, demo: sight.demo.image }, { ...seen['0.0.2'], demo: seen['0.0.2']?.demo.image })
  })

  return test
}

function good(ended: Ended, args: readonly string[]): Ended {
  assert.is(ended.code, 0, `${args.join(' ')}\n${ended.stderr}`)
  return ended
}

/** What helm takes where nobody says which version. */
async function newestChart(run: Everywhere['run'], helm: string, charts: string): Promise<string | undefined> {
  return /^version: (\S+)$/m.exec(await run(helm, 'show', 'chart', 'gateway', '--repo', charts))?.[1]
}

/** The names that are new. @throws where one that was there is gone, or means something else */
function added(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly string[] {
  for (const [name, digest] of Object.entries(before)) assert.is(after[name], digest, name)
  return Object.keys(after).filter(name => !(name in before))
}

function moved(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(after).filter(([name, digest]) => name in before && before[name] !== digest))
}

function without(all: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
}
