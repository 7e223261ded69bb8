import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'

export interface Invocation {
  readonly command: string
  readonly args: readonly string[]
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/** Seconds, of the whole process and all that it started and waited for. */
export interface Duration {
  readonly wall: number
  /** User and system time of all cores; absent where there is no /proc. */
  readonly cpu: number | undefined
}

/** Runs a program to its end. @throws Error with the last of its output when it fails */
export async function runProcess({ command, args, folder, environment, signal }: Invocation): Promise<void> {
  signal.throwIfAborted()
  const child = spawn(command, args, { cwd: folder, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let tail = ''
  const keep = (chunk: Buffer): void => { tail = (tail + chunk.toString()).slice(-4000) }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  // The whole group: a compiler that outlives its `go build` would spoil the next measurement.
  const stop = (): void => { if (child.pid) process.kill(-child.pid, 'SIGTERM') }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
    signal.throwIfAborted()
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code} in ${folder}:\n${tail}`)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** How long work takes: on the clock, and of the cores. */
export async function clock(work: () => Promise<void>): Promise<Duration> {
  const [start, before] = [performance.now(), await childrensTicks()]
  await work()
  const wall = (performance.now() - start) / 1000
  const after = await childrensTicks()
  return { wall, cpu: before === undefined || after === undefined ? undefined : (after - before) / 100 }
}

/** proc(5), /proc/pid/stat: fields 16 and 17, cutime and cstime, in ticks of a hundredth of a second. */
async function childrensTicks(): Promise<number | undefined> {
  const text = await readFile('/proc/self/stat', 'utf8').catch(() => undefined)
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields && Number(fields[13]) + Number(fields[14])
}
