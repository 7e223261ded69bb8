import { spawn, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const program = '/usr/sbin/dockerd'

/** A Docker Engine of one's own. */
export interface TestEngine {
  /** `unix:///...`. */
  readonly host: string
  /** Ends it and everything of it. */
  close(): Promise<void>
}

/** Why no Docker Engine can be started here; undefined where it can. */
export function noEngine(): string | undefined {
  if (!existsSync(program)) return `there is no ${program}`
  return process.getuid?.() === 0 ? undefined : 'dockerd needs root'
}

/** Starts a Docker Engine that shares nothing with any other one of this machine. */
export async function startEngine(): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'))
  const socket = join(folder, 'docker.sock')
  const daemon = spawn(program, [
    '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid'), '-H', `unix://${socket}`,
    '--bridge', 'none', '--iptables=false', '--log-level', 'error',
  ], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let printed = ''
  daemon.stderr.on('data', (part: Buffer) => { printed += part.toString() })
  const ended = once(daemon, 'exit')
  const close = async (): Promise<void> => {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      daemon.kill('SIGTERM')
      await ended
    }
    unmountBelow(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    for (let count = 0; !await answers(socket); count += 1) {
      if (count > 300 || daemon.exitCode !== null) throw new Error(`dockerd does not start:\n${printed}`)
      await delay(100)
    }
  } catch (error) {
    await close()
    throw error
  }
  return { host: `unix://${socket}`, close }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise(resolve => {
    const asked = request({ socketPath, path: '/_ping', timeout: 1000 }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.on('error', () => resolve(false))
    asked.end()
  })
}

function unmountBelow(folder: string): void {
  const mounts = execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' }).split('\n').map(line => line.split(' ')[1] ?? '')
  for (const mount of mounts.filter(one => one.startsWith(`${folder}/`)).reverse()) {
    try {
      execFileSync('umount', ['-l', mount], { stdio: 'ignore' })
    } catch { /* somebody else was first */ }
  }
}
