import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exec } from '../../lib/contracts/exec.ts'
import type { Observer } from '../../lib/contracts/workshop.ts'
import { createExec } from '../../lib/clients/exec.ts'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { canonical } from '../../lib/values/canonical.ts'
import type { Json } from '../../lib/values/json.ts'

export interface TestObserver extends Observer {
  /** Every command that was run, without its program's folder. */
  readonly commands: readonly string[]
  readonly logged: readonly string[]
  /** Another run with the same cache. */
  again(): TestObserver
}

const made: string[] = []
process.on('exit', () => { for (const folder of made) rmSync(folder, { recursive: true, force: true }) })

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'))
  made.push(folder)
  return folder
}

/** An observer with a cache in memory that writes down what is run. */
export function observerIn(folder: string, kept: Map<string, Json> = new Map()): TestObserver {
  const signal = AbortSignal.timeout(240_000)
  const run = createExec({ environment: fixedEnvironment(process.env), signal, cwd: folder })
  const commands: string[] = []
  const logged: string[] = []
  const shared = new Map<string, Promise<unknown>>()
  const exec: Exec = (program, args, options) => {
    commands.push([program.replace(/.*[/\\]/, ''), ...args].join(' '))
    return run(program, args, options)
  }
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const reading = shared.get(key) ?? read()
    shared.set(key, reading)
    return reading as Promise<T>
  }
  return {
    exec, signal, once, commands, logged, place: { root: folder }, temporary,
    log: line => { logged.push(line) },
    notice: line => { logged.push(line) },
    recall: <T extends Json>(key: Json, compute: () => Promise<T>) => once(canonical(key), async () => {
      const found = kept.get(canonical(key))
      if (found !== undefined) return found as T
      const value = await compute()
      kept.set(canonical(key), value)
      return value
    }),
    hints: {
      find: async like => kept.get(canonical(['hint', like])),
      keep: async (like, hint) => { kept.set(canonical(['hint', like]), hint) },
    },
    again: () => observerIn(folder, kept),
  }
}
