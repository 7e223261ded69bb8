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
  /** Resolves when it has printed this. @throws Error where it ends without */
  printed(text: string): Promise<void>
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
  const says = (text: string): boolean => printed.stdout.includes(text) || printed.stderr.includes(text)
  return {
    child, ended,
    printed: text => new Promise((resolve, reject) => {
      const look = (): void => { if (says(text)) resolve() }
      for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', look)
      const missing = (): Error => new Error(`It never printed ${text}:\n${printed.stdout}${printed.stderr}`)
      ended.then(() => says(text) ? undefined : reject(missing()), reject)
      look()
    }),
  }
}
