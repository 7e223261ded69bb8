import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { descendants, living } from './process-tree.ts'

export interface Refusal {
  readonly cause: Error
  readonly exitCode: null
  readonly signal: null
}

export interface ProcessGroup {
  readonly child: ChildProcess
  /** Settles when the system refuses to start it, which is not always followed by an end. */
  readonly refused: Promise<Refusal>
  /** Settles when nothing that the program started runs any more. */
  readonly gone: Promise<void>
}

const graceMilliseconds = 5000
const windows = process.platform === 'win32'

/** Leaders of the groups that run now. */
const running = new Set<number>()

/**
 * Starts a program as the leader of a process group of its own. The group ends with its leader and with the signal:
 * SIGTERM first, SIGKILL five seconds later; and it never outlives this process by an exit that nobody foresaw.
 */
export function startGroup(
  program: string, args: readonly string[], options: SpawnOptions, signal: AbortSignal,
): ProcessGroup {
  const child = spawn(program, args, { ...options, detached: !windows, windowsHide: true })
  child.stdin?.on('error', () => {})   // a program need not read what it is given
  const refused = new Promise<Refusal>(resolve => {
    child.once('error', cause => resolve({ cause, exitCode: null, signal: null }))
  })
  const { pid } = child
  if (pid === undefined) return { child, refused, gone: Promise.resolve() }
  if (process.platform === 'linux') offerToKernel(pid)
  remember(pid)
  setMaxListeners(0, signal)   // as many as programs run at once: no leak to be warned of
  const stopped = new Promise<readonly number[]>(resolve => {
    const abort = (): void => void descendants(pid).then(resolve)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    child.once('exit', () => {
      signal.removeEventListener('abort', abort)
      resolve([])
    })
  })
  const gone = stopped.then(strays => end(child, pid, strays)).finally(() => running.delete(pid))
  return { child, refused, gone }
}

/** What left the group for a session of its own is named beside it. */
async function end(child: ChildProcess, pid: number, strays: readonly number[]): Promise<void> {
  if (windows) return endOnWindows(child, pid)
  let members = await living([-pid, ...strays])
  for (const member of members) send(member, 'SIGTERM')
  const deadline = performance.now() + graceMilliseconds
  for (let pause = 10; members.length > 0 && performance.now() < deadline; pause = Math.min(250, pause * 2)) {
    await delay(pause)
    members = await living(members)
  }
  for (const member of members) send(member, 'SIGKILL')
}

async function endOnWindows(child: ChildProcess, pid: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const killer = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true })
  await new Promise(resolve => killer.once('error', resolve).once('close', resolve))
}

function send(member: number, signal: NodeJS.Signals): void {
  try {
    process.kill(member, signal)
  } catch {
    // It ended by itself meanwhile.
  }
}

function remember(pid: number): void {
  if (running.size === 0 && !process.listeners('exit').includes(endAll)) process.on('exit', endAll)
  running.add(pid)
}

function endAll(): void {
  for (const pid of running) send(windows ? pid : -pid, 'SIGKILL')
}

/** Out of memory, the kernel takes a compiler, which can be started again, before the release itself. */
function offerToKernel(pid: number): void {
  try {
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'utf8'))
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(Math.min(1000, own + 500)))
  } catch {
    // Ended already, or not allowed here: then it is as likely to be taken as any other.
  }
}
