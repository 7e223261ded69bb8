import { setMaxListeners } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fixedEnvironment } from '../../clients/environment.ts'
import { createExec } from '../../clients/exec.ts'
import type { Content } from '../../contracts/content.ts'
import type { World } from '../../contracts/workshop.ts'
import type { Release } from '../../values/release.ts'
import type { Said } from './said.ts'

export interface RunWorld {
  readonly world: World
  /** Stops the run, as Ctrl-C does. */
  stop(): void
  /** What a run does at its end, however it ended. */
  end(): Promise<void>
}

export interface RunWorldParts {
  /** Temporary, for all that the run makes. */
  readonly folder: string
  readonly root: string
  readonly content: Content
  readonly release: Release
  readonly said: Said
}

/** What one run gives to a destination. */
export function runWorld({ folder, root, content, release, said }: RunWorldParts): RunWorld {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)   // as many as artifacts wait at once: no leak to be warned of
  const readings = new Map<string, Promise<unknown>>()
  const acts: (() => Promise<void>)[] = []
  const exec = createExec({ environment: fixedEnvironment(process.env), signal: controller.signal, cwd: root })
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const reading = readings.get(key) ?? read()
    readings.set(key, reading)
    return reading as Promise<T>
  }
  return {
    stop: () => { controller.abort() },
    end: async () => { for (const act of acts.splice(0)) await act() },
    world: {
      content, release, folder, once, signal: controller.signal, place: { root }, thrift: 'plain', share: 2 ** 30, partial: false,
      exec: (program, args, options) => {
        said.hear('the arguments of a program', [program, ...args])
        return exec(program, args, options)
      },
      temporary: () => mkdtemp(join(folder, 'temporary-')),
      companions: () => 1,
      now: Date.now,
      log: line => { said.hear('the log', line) },
      notice: line => { said.hear('a notice', line) },
      report: (name, value) => { said.hear('a report', { name, value }) },
      hints: { find: async () => undefined, keep: async () => {} },
      recall: (key, compute) => once(`recall ${JSON.stringify(key)}`, compute),
      atEnd: act => { acts.push(act) },
    },
  }
}
