import { accessSync, constants } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A control group of version 1 that limits the memory of what runs in it. */
export interface MemoryGroup {
  readonly folder: string
  /** A command line that joins the group and then becomes this program. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]]
  /** How many processes the kernel has killed in it for want of memory. */
  kills(): Promise<number>
}

const root = '/sys/fs/cgroup/memory'
const prefix = 'slipway-test-'

/** Why no group can be made here; undefined where one can. */
export const withoutMemoryGroups = writable() ? undefined : 'no memory control groups of version 1 that can be written here'

/** Calls with a group of this many bytes; what still runs in it after is killed, and the group removed. */
export async function withMemoryGroup<T>(bytes: number, use: (group: MemoryGroup) => Promise<T>): Promise<T> {
  await removeStale()
  const folder = join(root, `${prefix}${process.pid}`)
  await mkdir(folder)
  try {
    await writeFile(join(folder, 'memory.limit_in_bytes'), String(Math.floor(bytes)))
    return await use({
      folder,
      command: (program, args) => ['sh', ['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', folder, program, ...args]],
      kills: async () => Number(/^oom_kill (\d+)$/m.exec(await readFile(join(folder, 'memory.oom_control'), 'utf8'))?.[1]),
    })
  } finally {
    await remove(folder)
  }
}

async function remove(folder: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const members = (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter(line => line !== '').map(Number)
    for (const member of members) end(member)
    try {
      return await rmdir(folder)
    } catch (error) {
      // A process that was killed leaves the group only when it is gone.
      if (tries > 100) throw error
      await delay(50)
    }
  }
}

/** A test that was killed could not remove its group. */
async function removeStale(): Promise<void> {
  const names = (await readdir(root)).filter(name => name.startsWith(prefix) && !runs(Number(name.slice(prefix.length))))
  await Promise.all(names.map(name => remove(join(root, name)).catch(() => undefined)))
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function writable(): boolean {
  try {
    accessSync(root, constants.W_OK)
    accessSync(join(root, 'memory.limit_in_bytes'))
    return true
  } catch {
    return false
  }
}
