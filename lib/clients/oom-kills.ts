import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { controlGroups } from './cgroup.ts'

/**
 * How often the kernel has killed a process for want of memory: in this process's control group, or on the whole
 * machine where the group does not count. A number that rose while a program ran tells why it died.
 * Undefined where nothing counts.
 */
export async function oomKills(root = '/'): Promise<number | undefined> {
  const [own] = await ownGroups(root)
  return own ?? await counter(join(root, 'proc/vmstat'))
}

async function ownGroups(root: string): Promise<readonly number[]> {
  const groups = await controlGroups('memory', root)
  const own = [1, 2].flatMap(version => groups.find(group => group.version === version) ?? [])
  const counts = await Promise.all(own.map(({ version, folder }) =>
    counter(join(folder, version === 2 ? 'memory.events' : 'memory.oom_control'))))
  return counts.filter(count => count !== undefined)
}

async function counter(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const [, count] = /^oom_kill (\d+)$/m.exec(text) ?? []
  return count === undefined ? undefined : Number(count)
}
