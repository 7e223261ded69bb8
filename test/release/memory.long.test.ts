import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type MemoryGroup, withMemoryGroup, withoutMemoryGroups } from '../support/memory-group.ts'
import { unless } from '../support/unless.ts'
import { buildScript, hostTarget } from './support/build-script.ts'
import { type Ended, libraryFolder, start } from './support/start.ts'
import { callersEnvironment, type RunRecord, removeWorkplaces, type StepData, type Workplace, workplace } from './support/workplace.ts'

const inGroup = unless(withoutMemoryGroups)
const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3
const targets = [hostTarget, 'linux/arm64', 'darwin/arm64', 'windows/386'].filter((target, index, all) => all.indexOf(target) === index)

test.after(removeWorkplaces)

/** A step that ran, as its record tells. */
interface Ran extends StepData {
  readonly began: string
  readonly milliseconds: number
  readonly thrift: string
  readonly tries: number
  readonly peakBytes: number
}

interface Run extends Ended {
  readonly record: RunRecord
  /** Compiles that ran, however they ended. */
  readonly compiles: readonly Ran[]
  readonly kills: number
}

/** A program whose compile takes this many rows' memory, about 3 KiB each, and that no earlier compile was of. */
function table(rows: number): Readonly<Record<string, string>> {
  const lines = Array.from({ length: rows }, (_, row) => `{1, 2, 3, 4, 5, 6, 7, ${row % 10}},\n`)
  return { 'internal/table/table.go': `package table\n\nconst Nonce = "${process.pid} ${performance.now()}"\n\nvar Rows = [...][8]uint8{\n${lines.join('')}}\n` }
}

const huge = 200_000

async function makePlace(rows: number): Promise<Workplace> {
  const place = await workplace({
    'go.mod': 'module example.com/hungry\n\ngo 1.21\n',
    'main.go': 'package main\n\nimport "example.com/hungry/internal/table"\n\n'
      + 'var version = "dev"\n\nfunc main() { println(version, table.Nonce, table.Rows[len(version)][7]) }\n',
    'build.ts': buildScript({ targets: JSON.stringify(targets) }),
    '.gitignore': '/node_modules\n/dist\n/dist.run.json\n',
    ...table(rows),
  })
  await symlink(join(libraryFolder, 'node_modules'), join(place.folder, 'node_modules'))
  return place
}

/** A whole release with four jobs, npx and all, inside a control group of this many bytes. */
async function releaseIn(place: Workplace, bytes: number, ...args: readonly string[]): Promise<Run> {
  return withMemoryGroup(bytes, async group => {
    const ran = await release(place, args, group.command)
    return { ...ran, kills: await group.kills() }
  })
}

async function release(place: Workplace, args: readonly string[], command: MemoryGroup['command'] = (...plain) => plain): Promise<Omit<Run, 'kills'>> {
  const [program, all] = command('npx', ['--no-install', 'tsx', 'build.ts', 'release', '--jobs', '4', ...args])
  const ended = await start(program, all, { cwd: place.folder, env: { ...callersEnvironment(), SLIPWAY_CACHE: place.cache } }).ended
  const record = await place.record()
  return { ...ended, record, compiles: record.steps.filter((step): step is Ran => step.kind === 'binary' && 'began' in step) }
}

function runsAt({ began, milliseconds }: Ran, time: number): boolean {
  return Date.parse(began) <= time && time < Date.parse(began) + milliseconds
}

function mostAtOnce(compiles: readonly Ran[]): number {
  return Math.max(...compiles.map(({ began }) => compiles.filter(other => runsAt(other, Date.parse(began))).length))
}

const made = (compiles: readonly Ran[]): number => compiles.filter(({ state }) => state === 'made').length

/** A place in which one compile was seen, and what it took by itself. */
let seen: Promise<{ place: Workplace, peak: number }> | undefined
const seenOnce = (): Promise<{ place: Workplace, peak: number }> => seen ??= (async () => {
  const place = await makePlace(huge)
  const { code, stderr, compiles } = await releaseIn(place, 6 * gibibyte, '--only', hostTarget)
  assert.is(code, 0, stderr)
  assert.equal(compiles.map(({ thrift }) => thrift), ['plain'])
  return { place, peak: compiles[0]?.peakBytes ?? 0 }
})()

inGroup('what one compile takes is measured, and is hundreds of megabytes', async () => {
  const { peak } = await seenOnce()
  assert.ok(peak > 400 * mebibyte && peak < 1500 * mebibyte, String(peak))
})

inGroup('at 1.3 times what one compile takes nothing is killed, though nothing is known of the program', async () => {
  const { peak } = await seenOnce()
  const place = await makePlace(huge)
  const { code, stderr, kills, record, compiles } = await releaseIn(place, 1.3 * peak)
  assert.is(code, 0, stderr)
  assert.is(kills, 0)
  assert.is(made(compiles), targets.length)
  assert.ok(Math.abs(record.machine.memory - 1.3 * peak) < mebibyte)
})

inGroup('at 4 times at least three run at once', async () => {
  const { place, peak } = await seenOnce()
  await place.repository.commit(table(huge))
  const { code, stderr, kills, compiles } = await releaseIn(place, 4 * peak)
  assert.is(code, 0, stderr)
  assert.is(kills, 0)
  assert.is(made(compiles), targets.length)
  assert.ok(mostAtOnce(compiles) >= 3, JSON.stringify(compiles))
})

inGroup('below one it says what it needs and what there is, and begins nothing', async () => {
  const { place, peak } = await seenOnce()
  await place.repository.commit(table(huge))
  const { code, stderr, kills, record, compiles } = await releaseIn(place, 0.8 * peak)
  assert.is(code, 1)
  assert.is(kills, 0)
  assert.is(compiles.length, 0)
  assert.equal(record.errors.map(error => error.code), ['MEMORY'])
  assert.match(stderr, /Cannot compile example\.com\/hungry: it needs about \d+ MiB of memory, and there are \d+ MiB\n {2}Give it .* at least [\d.]+ [GM]iB/)
})

inGroup('far below one, with nothing known, the kernel kills a compiler twice, which is named, and no other is begun', async () => {
  const { peak } = await seenOnce()
  const place = await makePlace(huge)
  const { code, stderr, kills, record, compiles } = await releaseIn(place, Math.max(0.45 * peak, 240 * mebibyte))
  assert.is(code, 1)
  assert.ok(kills >= 2)
  assert.equal(compiles.map(({ state, tries, thrift }) => ({ state, tries, thrift })), [{ state: 'failed', tries: 2, thrift: 'frugal' }])
  assert.equal(record.errors.map(error => error.code), ['MEMORY', 'MEMORY'])
  assert.match(stderr, /Cannot compile \. for \S+: the kernel killed the compiler for want of memory; it used \d+ MiB and needs more, its part was \d+ MiB\n/)
  assert.match(stderr, /Cannot compile example\.com\/hungry: it needs more memory than the \d+ MiB at which the kernel killed it, with nothing beside it, and there are \d+ MiB\n/)
})

inGroup('what the kernel kills, because the program has grown, is tried again alone, once, and made', async () => {
  const { peak } = await seenOnce()
  const place = await makePlace(1000)
  const small = await releaseIn(place, 2 * gibibyte)
  assert.is(small.code, 0, small.stderr)
  await place.repository.commit(table(huge))
  const { code, stderr, kills, record, compiles } = await releaseIn(place, 1.6 * peak, '--only', targets.slice(0, 3).join(','))
  assert.is(code, 0, stderr)
  assert.ok(kills > 0)
  assert.is(made(compiles), 3)
  const again = compiles.filter(({ tries }) => tries > 1)
  assert.ok(again.length > 0 && again.every(({ tries, thrift }) => tries === 2 && thrift === 'frugal'), JSON.stringify(compiles))
  for (const one of again) {
    const beside = compiles.filter(other => other !== one && (runsAt(other, Date.parse(one.began)) || runsAt(one, Date.parse(other.began))))
    assert.equal(beside, [])
    assert.ok(record.notices.includes(`The kernel killed the compiler of binary ${one.name} ${one.target} for want of memory: it is tried once more, alone.`), record.notices.join('\n'))
  }
})

test('without any control group --memory is kept to by what was learned', async () => {
  const place = await makePlace(40_000)
  const first = await release(place, ['--memory', '2.5GiB', '--only', hostTarget])
  assert.is(first.code, 0, first.stderr)
  const peak = first.compiles[0]?.peakBytes ?? 0
  await place.repository.commit(table(40_000))
  const refused = await release(place, ['--memory', String(Math.floor(peak / 2))])
  assert.is(refused.code, 1)
  assert.is(refused.compiles.length, 0)
  assert.match(refused.stderr, /Cannot compile example\.com\/hungry: it needs about \d+ MiB of memory, and there are \d+ MiB\n/)
  const two = await release(place, ['--memory', String(Math.floor(2.5 * peak))])
  assert.is(two.code, 0, two.stderr)
  assert.is(made(two.compiles), targets.length)
  assert.ok(mostAtOnce(two.compiles) <= 2)
})

test.run()
