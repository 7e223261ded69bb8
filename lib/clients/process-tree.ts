import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly bytes: number
  /** Dead, but not yet collected by its parent: in a container nobody may ever do that. */
  readonly zombie: boolean
}

/**
 * The bytes that a process and all its descendants hold in memory; pages that several of them share count for each.
 * 0 where it is gone, or where the system does not tell (Windows).
 */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform === 'linux') return linuxTree(pid).reduce((sum, each) => sum + linuxBytes(each), 0)
  return treeOf(pid, await listed()).reduce((sum, each) => sum + each.bytes, 0)
}

/** The descendants of a process, itself not among them. */
export async function descendants(pid: number): Promise<readonly number[]> {
  const tree = process.platform === 'linux' ? linuxTree(pid) : treeOf(pid, await listed()).map(each => each.pid)
  return tree.filter(each => each !== pid)
}

/** Those of the processes, or of the groups (negative), that still run. */
export async function living(members: readonly number[]): Promise<readonly number[]> {
  const signalled = members.filter(answers)
  if (signalled.length === 0 || process.platform === 'win32') return signalled
  const running = (process.platform === 'linux' ? scanned() : await listed()).filter(each => !each.zombie)
  return signalled.filter(member => running.some(each => each.pid === member || each.group === -member))
}

function answers(member: number): boolean {
  try {
    return process.kill(member, 0)
  } catch {
    return false
  }
}

function treeOf(pid: number, processes: readonly Process[]): readonly Process[] {
  const tree = processes.filter(each => each.pid === pid)
  // The list grows while it is walked. No process is its own ancestor but the first of all, which is not asked for.
  for (const each of tree) tree.push(...processes.filter(child => child.parent === each.pid))
  return tree
}

/** https://man7.org/linux/man-pages/man5/proc_tid_children.5.html: much cheaper than a look at every process. */
function linuxTree(pid: number): readonly number[] {
  try {
    readFileSync('/proc/thread-self/children')
  } catch {
    return treeOf(pid, scanned()).map(each => each.pid)
  }
  const tree = [pid]
  for (const each of tree) tree.push(...linuxChildren(each))
  return tree
}

function linuxChildren(pid: number): readonly number[] {
  return namesIn(`/proc/${pid}/task`).flatMap(thread => textOf(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter(text => text !== '').map(Number)
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html, in kB whatever the page size. */
function linuxBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the name in parentheses may itself hold parentheses. */
function scanned(): readonly Process[] {
  return namesIn('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    const text = textOf(`/proc/${name}/stat`)
    const [state, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (text === '') return []
    return [{ pid: Number(name), parent: Number(parent), group: Number(group), bytes: 0, zombie: state === 'Z' }]
  })
}

async function listed(): Promise<readonly Process[]> {
  const columns = ['-axo', 'pid=,ppid=,pgid=,rss=,stat=']
  const { stdout } = process.platform === 'win32' ? { stdout: '' }
    : await promisify(execFile)('ps', columns, { maxBuffer: 2 ** 26 }).catch(() => ({ stdout: '' }))
  return stdout.split('\n').filter(line => line.trim() !== '').map(line => {
    const [pid, parent, group, kilobytes, state = ''] = line.trim().split(/\s+/)
    return {
      pid: Number(pid), parent: Number(parent), group: Number(group), bytes: Number(kilobytes) * 1024,
      zombie: state.startsWith('Z'),
    }
  })
}

/** Processes end while they are looked at. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
