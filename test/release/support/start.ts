import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a process that a test started ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

export interface StartOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** The repository of the library, absolute. */
export const libraryFolder = fileURLToPath(new URL('../../..', import.meta.url))

/** What Node is started with for a build.ts: as `npx tsx`, without npx. */
export const nodeArguments: readonly string[] = ['--import', import.meta.resolve('tsx')]

/** Starts a program and collects what it prints. */
export function start(program: string, args: readonly string[], { cwd, env }: StartOptions): Started {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => { printed[stream] += text })
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => { resolve({ code, signal, ...printed }) })
  })
  return { child, ended }
}
