import { accessSync, constants } from 'node:fs'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolsFolder } from './tools-folder.ts'

const run = promisify(execFile)

/** A Docker Compose that other people use. */
export interface Composer {
  readonly name: string
  /** Why it is not to be had here, if so; for `unless`. */
  readonly reason?: string
  /** Whether `up` can wait until all is healthy. */
  readonly waits: boolean
  /** Runs it in a folder. Nothing of the caller's environment reaches it but PATH and HOME. Throws with what it printed. */
  compose(folder: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<{ readonly stdout: string, readonly stderr: string }>
}

/** The last of the first line of versions, and one of the second, as far as .ci/tools has installed them. */
export function composers(): readonly Composer[] {
  return [
    { ...composer('docker-compose 1.29', '/usr/bin/docker-compose'), waits: false },
    { ...composer('Docker Compose 2', join(toolsFolder(), 'docker-compose-v2')), waits: true },
  ]
}

function composer(name: string, program: string): Omit<Composer, 'waits'> {
  return {
    name, ...unlessThere(program),
    compose: (folder, args, env = {}) => run(program, args, { cwd: folder, env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env }, maxBuffer: 1 << 24 }),
  }
}

function unlessThere(program: string): { readonly reason?: string } {
  try {
    accessSync(program, constants.X_OK)
    return {}
  } catch {
    return { reason: `needs ${program}, which .ci/tools installs` }
  }
}
