import { readFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { type ControlGroup, controlGroups } from './cgroup.ts'

/** What a build may use of the machine it runs on. */
export interface Machine {
  readonly cores: Amount
  readonly memory: Amount & {
    /** Bytes that nobody uses now; what is only cached counts as unused. */
    readonly available: number
  }
}

export interface Amount {
  /** Whole cores, or bytes. */
  readonly total: number
  /** What sets this limit: `processors`, `physical memory`, or the file of a control group. */
  readonly from: string
}

export interface MachineOptions {
  /** Where /proc and /sys are read from. */
  readonly root?: string
  /** Cores that the scheduler of the operating system offers. */
  readonly processors?: number
}

/** Reads how many cores and how much memory there are: the machine's, or less where a control group says so. */
export async function readMachine(options: MachineOptions = {}): Promise<Machine> {
  const { root = '/', processors = availableParallelism() } = options
  const cores = await coreLimits(root)
  const memory = await memoryLimits(root)
  return {
    cores: smallest([{ total: processors, from: 'processors' }, ...cores]),
    memory: { ...smallest(memory), available: Math.min(...memory.map(limit => limit.available)) },
  }
}

function smallest(amounts: readonly Amount[]): Amount {
  const { total, from } = amounts.reduce((least, amount) => amount.total < least.total ? amount : least)
  return { total, from }
}

/** A quota of 1.5 cores is two: the second one helps, and is only throttled for half of the time. */
async function coreLimits(root: string): Promise<readonly Amount[]> {
  const limits = await Promise.all((await controlGroups('cpu', root)).map(coreLimit))
  return limits.filter(({ quota, period }) => quota > 0 && period > 0)
    .map(({ quota, period, from }) => ({ total: Math.ceil(quota / period), from }))
}

async function coreLimit({ version, folder }: ControlGroup): Promise<{ quota: number, period: number, from: string }> {
  if (version === 2) {
    const from = join(folder, 'cpu.max')
    const [quota = 0, period = 0] = (await textOf(from)).split(' ').map(Number)
    return { quota, period, from }
  }
  const from = join(folder, 'cpu.cfs_quota_us')
  return { quota: Number(await textOf(from)), period: Number(await textOf(join(folder, 'cpu.cfs_period_us'))), from }
}

type MemoryLimit = Amount & { readonly available: number }

async function memoryLimits(root: string): Promise<readonly MemoryLimit[]> {
  const groups = await controlGroups('memory', root)
  const limits = await Promise.all(groups.map(group => group.version === 2 ? limitsOf2(group) : limitsOf1(group)))
  return [await physical(root), ...limits.flat()]
}

/** Source: the kernel's admin-guide/cgroup-v1/memory.rst. No limit is a number that is more than any machine has. */
async function limitsOf1({ folder }: ControlGroup): Promise<readonly MemoryLimit[]> {
  const from = join(folder, 'memory.limit_in_bytes')
  const used = Number(await textOf(join(folder, 'memory.usage_in_bytes')))
  const stat = fields(await textOf(join(folder, 'memory.stat')))
  const cached = (stat.get('total_active_file') ?? 0) + (stat.get('total_inactive_file') ?? 0)
  return limitOf(await textOf(from), from, used - cached)
}

/** Source: the kernel's admin-guide/cgroup-v2.rst. Above `memory.high` work is slowed until it crawls: a limit too. */
async function limitsOf2({ folder }: ControlGroup): Promise<readonly MemoryLimit[]> {
  const used = Number(await textOf(join(folder, 'memory.current')))
  const stat = fields(await textOf(join(folder, 'memory.stat')))
  const cached = (stat.get('active_file') ?? 0) + (stat.get('inactive_file') ?? 0) + (stat.get('slab_reclaimable') ?? 0)
  const files = [join(folder, 'memory.max'), join(folder, 'memory.high')]
  return (await Promise.all(files.map(async file => limitOf(await textOf(file), file, used - cached)))).flat()
}

function limitOf(text: string, from: string, used: number): readonly MemoryLimit[] {
  if (!/^\d+$/.test(text)) return []
  const total = Number(text)
  return [{ total, from, available: Math.max(0, total - Math.max(0, used)) }]
}

async function physical(root: string): Promise<MemoryLimit> {
  const meminfo = fields(await textOf(join(root, 'proc/meminfo')))
  const total = (meminfo.get('MemTotal') ?? 0) * 1024 || totalmem()
  const available = meminfo.get('MemAvailable')
  return { total, from: 'physical memory', available: available === undefined ? total : available * 1024 }
}

/** Lines of a name and a number, `MemTotal: 12 kB` or `oom_kill 3`. */
function fields(text: string): ReadonlyMap<string, number> {
  return new Map([...text.matchAll(/^(\w+):?\s+(\d+)/gm)].map(([, name = '', value]) => [name, Number(value)]))
}

async function textOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim()
}
