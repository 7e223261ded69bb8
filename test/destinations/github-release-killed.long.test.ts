import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Witness } from '../../lib/testing/github/witness.ts'
import { writer } from '../testing/support/github-fixture.ts'
import { files, notes } from './support/github-files.ts'
import { withSetting } from './support/github-setting.ts'

const worker = fileURLToPath(new URL('support/github-worker.ts', import.meta.url))

function publishing(url: string, folder: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', worker, url, writer], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, TMPDIR: folder } })
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  return (await once(child, 'exit') as [number | null])[0]
}

interface Killed {
  readonly seen: Witness
  /** Whether it lived until that request. */
  readonly killed: boolean
}

/** Publishes in a process that is killed at the so-manieth request that changes something, looks, and publishes again. */
async function killedAt(at: number, moment: 'before' | 'after', whole: Witness | undefined): Promise<Killed> {
  const folder = await mkdtemp(join(tmpdir(), 'killed-'))
  let [child, result]: [ChildProcess | undefined, Killed | undefined] = [undefined, undefined]
  let [killed, writes] = [false, 0]
  const watch = async (now: string, { method }: { readonly method: string }): Promise<void> => {
    if (killed || now !== moment || method === 'GET' || !child) return
    writes += 1
    if (writes !== at) return
    killed = true
    child.kill('SIGKILL')
    await ended(child)
  }
  await withSetting({ watch }, async ({ github, release }) => {
    child = publishing(github.url, folder)
    await ended(child)
    child = undefined
    const { releases } = portable(await github.witness('example/gateway'), github.url)
    if (whole && releases.length > 0) assert.equal(releases, whole.releases, `killed ${moment} ${at}`)
    assert.is(await release(files, { notes }), undefined)
    assert.equal([github.inside('example/gateway').releases.size, github.leaks], [1, []])
    result = { killed, seen: portable(await github.witness('example/gateway'), github.url) }
  })
  await rm(folder, { recursive: true, force: true })
  if (!result) throw new Error('it was not published')
  return result
}

/** Without the port, which GitHub's own notes name. */
function portable(seen: Witness, url: string): Witness {
  return JSON.parse(JSON.stringify(seen).replaceAll(url, 'http://github')) as Witness
}

test('killed around what changes something, the next run ends in the same release, and never half of it was public', async () => {
  const whole = await killedAt(Infinity, 'after', undefined)
  assert.equal([whole.killed, whole.seen.releases[0]?.assets.length], [false, 3])
  // A draft, three files, notes that are asked for, and what makes it public.
  const moments = [...[1, 2, 4, 6].map(at => ({ at, moment: 'after' } as const)), ...[3, 6].map(at => ({ at, moment: 'before' } as const))].values()
  await Promise.all([1, 2].map(async () => {
    for (const { at, moment } of moments) {
      const { killed, seen } = await killedAt(at, moment, whole.seen)
      assert.equal([killed, seen], [true, whole.seen], `killed ${moment} ${at}`)
    }
  }))
  assert.not((await killedAt(7, 'after', whole.seen)).killed)
})

test.run()
