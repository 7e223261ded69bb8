import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * What tells this process from every other one, in names of files that others clear away when it is dead:
 * `<pid>-<start>-<space>`. A process id alone comes again, in containers every time, and means another process on
 * another machine that shares the folder.
 */
export function processMark(): string {
  mark ??= `${process.pid}-${startOf(process.pid) ?? '0'}-${space()}`
  return mark
}

/** Whether the process of a mark runs; `unknown` where it would run on another machine or in another container. */
export function fateOf(itsMark: string): 'alive' | 'dead' | 'unknown' {
  const [pid = '', start, itsSpace] = itsMark.split('-')
  if (itsSpace !== space()) return 'unknown'
  return isAlive(Number(pid)) && start === (startOf(Number(pid)) ?? '0') ? 'alive' : 'dead'
}

let mark: string | undefined
let spaceFound: string | undefined

/** Where process ids mean the same processes: one boot of one machine, one container. */
function space(): string {
  spaceFound ??= `${textOf('/proc/sys/kernel/random/boot_id') || hostname()}${linkOf('/proc/self/ns/pid')}`.replaceAll(/\W/g, '')
  return spaceFound
}

/**
 * When a process started, in ticks since boot; undefined where the system does not tell, or it is dead and only waits for its
 * parent to notice. Source: proc_pid_stat(5), fields 3 and 22.
 */
function startOf(pid: number): string | undefined {
  const text = textOf(`/proc/${pid}/stat`)
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return text === '' || fields[0] === 'Z' ? undefined : fields[19]
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
