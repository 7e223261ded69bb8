import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readMachine, type Machine } from '../../lib/clients/machine.ts'
import { oomKills } from '../../lib/clients/oom-kills.ts'
import { type MemoryGroup, withMemoryGroup, withoutMemoryGroups } from '../support/memory-group.ts'
import { unless } from '../support/unless.ts'

const execute = promisify(execFile)
const mebibyte = 1024 * 1024
const meminfo = 'MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable:  4194304 kB\n'
const version2 = {
  'proc/meminfo': meminfo,
  'proc/self/mountinfo': '31 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n',
}

/** Calls with a file tree that stands for the root of a file system. */
async function withTree<T>(files: Record<string, string>, use: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'machine-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true })
      await writeFile(join(root, name), text)
    }
    return await use(root)
  } finally {
    await rm(root, { recursive: true })
  }
}

async function machineOf(files: Record<string, string>): Promise<Machine> {
  return withTree(files, async root => {
    const machine = await readMachine({ root, processors: 16 })
    const short = (from: string): string => from.replace(`${root}/`, '')
    const { cores, memory } = machine
    return { cores: { ...cores, from: short(cores.from) }, memory: { ...memory, from: short(memory.from) } }
  })
}

test('this machine has a core and memory', async () => {
  const { cores, memory } = await readMachine()
  assert.ok(cores.total >= 1)
  assert.ok(memory.total > 64 * mebibyte && memory.available > 0 && memory.available <= memory.total)
})

test('without control groups it is the machine alone', async () => {
  assert.equal(await machineOf({ 'proc/meminfo': meminfo }), {
    cores: { total: 16, from: 'processors' },
    memory: { total: 8192 * mebibyte, from: 'physical memory', available: 4096 * mebibyte },
  })
})

test('version 2: the tightest limit on the way up holds', async () => {
  const machine = await machineOf({
    ...version2,
    'proc/self/cgroup': '0::/slice/job\n',
    'sys/fs/cgroup/slice/memory.max': `${1024 * mebibyte}\n`,
    'sys/fs/cgroup/slice/memory.current': `${900 * mebibyte}\n`,
    'sys/fs/cgroup/slice/memory.stat': `anon 1\nactive_file ${200 * mebibyte}\ninactive_file ${100 * mebibyte}\nslab_reclaimable ${50 * mebibyte}\n`,
    'sys/fs/cgroup/slice/job/memory.max': 'max\n',
    'sys/fs/cgroup/slice/job/memory.high': 'max\n',
    'sys/fs/cgroup/slice/cpu.max': 'max 100000\n',
    'sys/fs/cgroup/slice/job/cpu.max': '150000 100000\n',
  })
  assert.equal(machine, {
    cores: { total: 2, from: 'sys/fs/cgroup/slice/job/cpu.max' },
    memory: { total: 1024 * mebibyte, from: 'sys/fs/cgroup/slice/memory.max', available: 474 * mebibyte },
  })
})

test('version 2: memory.high is a limit too', async () => {
  const { memory } = await machineOf({
    ...version2,
    'proc/self/cgroup': '0::/job\n',
    'sys/fs/cgroup/job/memory.max': `${2048 * mebibyte}\n`,
    'sys/fs/cgroup/job/memory.high': `${1024 * mebibyte}\n`,
  })
  assert.is(memory.total, 1024 * mebibyte)
})

test('version 2: a limit beyond the machine changes nothing', async () => {
  const { memory } = await machineOf({
    ...version2, 'proc/self/cgroup': '0::/job\n', 'sys/fs/cgroup/job/memory.max': `${64 * 1024 * mebibyte}\n`,
  })
  assert.is(memory.from, 'physical memory')
  assert.is(memory.available, 4096 * mebibyte)
})

test('a container without a namespace sees its own group at the mount point', async () => {
  const { memory } = await machineOf({
    'proc/meminfo': meminfo,
    'proc/self/mountinfo': '9 8 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n',
    'proc/self/cgroup': '4:memory:/docker/abc/inner\n0::/\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': `${512 * mebibyte}\n`,
    'sys/fs/cgroup/memory/memory.usage_in_bytes': `${112 * mebibyte}\n`,
    'sys/fs/cgroup/memory/inner/memory.limit_in_bytes': '9223372036854771712\n',
  })
  assert.equal(memory, {
    total: 512 * mebibyte, from: 'sys/fs/cgroup/memory/memory.limit_in_bytes', available: 400 * mebibyte,
  })
})

test('version 1: a quota of cores', async () => {
  const { cores } = await machineOf({
    'proc/self/mountinfo': '9 8 0:32 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n',
    'proc/self/cgroup': '4:cpu,cpuacct:/job\n',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us': '400000\n',
    'sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us': '100000\n',
  })
  assert.equal(cores, { total: 4, from: 'sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us' })
})

test('kills are counted by the own group, or else by the machine', async () => {
  const group = { ...version2, 'proc/self/cgroup': '0::/job\n', 'proc/vmstat': 'pgfault 9\noom_kill 7\n' }
  const events = { 'sys/fs/cgroup/job/memory.events': 'low 0\nmax 12\noom 2\noom_kill 3\noom_group_kill 0\n' }
  assert.is(await withTree({ ...group, ...events }, oomKills), 3)
  assert.is(await withTree(group, oomKills), 7)
  assert.is(await withTree({}, oomKills), undefined)
})

unless(withoutMemoryGroups)('a real control group limits memory, and its kills are counted', () => withMemoryGroup(256 * mebibyte, async group => {
  const { machine, before, after } = JSON.parse(await runInGroup(group)) as Seen
  assert.is(machine.memory.total, 256 * mebibyte)
  assert.is(machine.memory.from, join(group.folder, 'memory.limit_in_bytes'))
  assert.ok(machine.memory.available < 256 * mebibyte)
  assert.is(before, 0)
  assert.is(after, 1)
}))

interface Seen {
  readonly machine: Machine
  readonly before: number
  readonly after: number
}

/** Reads the machine from inside a group, then lets a child of its own take more memory than there is. */
async function runInGroup(group: MemoryGroup): Promise<string> {
  const lib = fileURLToPath(new URL('../../lib/clients/', import.meta.url))
  const hungry = 'const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))'
  const script = `
    import { spawnSync } from 'node:child_process'
    const { readMachine } = await import('${lib}machine.ts')
    const { oomKills } = await import('${lib}oom-kills.ts')
    const machine = await readMachine(), before = await oomKills()
    spawnSync(process.execPath, ['-e', ${JSON.stringify(hungry)}])
    console.log(JSON.stringify({ machine, before, after: await oomKills() }))`
  const { stdout } = await execute(...group.command(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]))
  return stdout
}

test.run()
