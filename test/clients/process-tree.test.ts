import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { descendants, living, residentBytes } from '../../lib/clients/process-tree.ts'

const hold = (bytes: number): string => `globalThis.kept = Buffer.alloc(${bytes}, 1); setInterval(() => {}, 1e6)`
const parent = `
  ${hold(40e6)}
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, ['-e', process.argv[1]], { stdio: ['pipe', 'pipe', 2] })
  child.stdout.once('data', () => console.log(child.pid))
`

test('counts a process and its descendants, and nothing that is gone', async () => {
  const leader = spawn(process.execPath, ['-e', parent, `${hold(90e6)}; console.log('ready')`], { detached: true })
  const pid = leader.pid ?? 0
  const child = Number(String(await once(leader.stdout, 'data')))
  assert.equal(await descendants(pid), [child])
  const [tree, alone] = await Promise.all([residentBytes(pid), residentBytes(child)])
  assert.ok(alone > 90e6, `${alone}`)
  assert.ok(tree > alone + 40e6, `${tree} is more than ${alone}`)
  assert.equal(await living([-pid, pid, child]), [-pid, pid, child])

  process.kill(-pid, 'SIGKILL')
  await once(leader, 'close')
  while ((await living([-pid, pid, child])).length > 0) await delay(10)
  assert.is(await residentBytes(pid), 0)
})

test.run()
