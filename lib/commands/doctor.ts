import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { cacheLocation } from '../clients/cache-folder.ts'
import { fixedEnvironment } from '../clients/environment.ts'
import { createExec } from '../clients/exec.ts'
import { folderSize } from '../clients/folder-size.ts'
import { type Machine, readMachine } from '../clients/machine.ts'
import type { Exec } from '../contracts/exec.ts'
import { ReleaseError } from '../values/errors.ts'
import { readableBytes } from '../values/readable.ts'
import type { SharedCachePlace } from '../clients/shared-cache/shared-cache-place.ts'
import { lookAtSharedCache, type SharedDiagnosis } from './doctor/shared-cache.ts'
import type { Setting } from './setting.ts'

/** What a release would find here. */
export interface Diagnosis {
  readonly tools: readonly Tool[]
  readonly machine: Machine
  readonly cache: { readonly folder: string, readonly bytes: number, readonly problem?: string }
  /** The cache that machines share, where build.ts names one. */
  readonly shared?: SharedDiagnosis
}

export interface Tool {
  readonly name: string
  readonly version?: string
  /** Where it is, or what belongs to it. */
  readonly detail?: string
  readonly problem?: string
}

type Asked = Pick<Setting, 'environment' | 'folder' | 'signal'> & { readonly go?: string | undefined; readonly shared?: SharedCachePlace | undefined }

/** Shows the tools that were found, cores, memory and cache. @returns 1 where something that releases need is missing */
export async function doctorCommand({ definition, environment, folder, signal, options }: Setting): Promise<number> {
  const found = await doctor({ environment, folder, signal, go: definition.go, shared: definition.cache })
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : doctorText(found))
  return [...found.tools, found.cache].some(({ problem }) => problem !== undefined) ? 1 : 0
}

/** Looks at the tools, the machine and the cache, and changes nothing. */
export async function doctor({ environment, folder, signal, go = 'go', shared: place }: Asked): Promise<Diagnosis> {
  const cwd = await access(folder).then(() => folder, () => process.cwd())
  const exec = createExec({ environment: fixedEnvironment(environment), signal, cwd })
  const [goTool, git, helm, machine, cache, shared] = await Promise.all([
    askGo(exec, go), askGit(exec), askHelm(exec, environment), readMachine(), lookAtCache(environment),
    place && lookAtSharedCache(place, { environment, exec, signal }),
  ])
  const { node, zlib } = process.versions
  return { tools: [goTool, git, helm, { name: 'node', version: node, detail: `zlib ${zlib}` }], machine, cache, ...shared && { shared } }
}

async function askGo(exec: Exec, program: string): Promise<Tool> {
  return ask('go', async () => {
    const env = { GOTOOLCHAIN: 'local', GO111MODULE: 'off' }
    const { stdout } = await exec(program, ['env', 'GOVERSION', 'GOROOT'], { env })
    const [version = '', root = ''] = stdout.trim().split('\n')
    return { name: 'go', version: version.replace(/^go/, ''), detail: root }
  })
}

/** Charts are rendered with it where it is there; nothing needs it. */
async function askHelm(exec: Exec, { SLIPWAY_HELM }: Asked['environment']): Promise<Tool> {
  const { findHelm } = await import('../clients/helm.ts')
  const found = await findHelm({ exec, candidates: [SLIPWAY_HELM || 'helm'], programs: '', folder: tmpdir() })
  return 'helm' in found ? { name: 'helm', version: found.helm.version, detail: found.helm.program } : { name: 'helm', detail: `charts are not rendered: ${found.reason}` }
}

async function askGit(exec: Exec): Promise<Tool> {
  return ask('git', async () => {
    const { stdout } = await exec('git', ['--version'])
    return { name: 'git', version: stdout.trim().replace(/^git version /, '') }
  })
}

async function ask(name: string, question: () => Promise<Tool>): Promise<Tool> {
  try {
    return await question()
  } catch (error) {
    if (!(error instanceof ReleaseError) || error.code !== 'COMMAND') throw error
    return { name, problem: error.message }
  }
}

async function lookAtCache(environment: Asked['environment']): Promise<Diagnosis['cache']> {
  try {
    const folder = cacheLocation(environment, process.platform)
    const problem = await writable(folder)
    return { folder, bytes: await folderSize(folder), ...problem !== undefined && { problem } }
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error
    return { folder: environment['SLIPWAY_CACHE'] ?? '', bytes: 0, problem: error.message }
  }
}

/** The folder may not be there yet: then what counts is the nearest one above that is. */
async function writable(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK)
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' && dirname(folder) !== folder ? writable(dirname(folder)) : message
  }
}

/** A diagnosis as a table for a person. */
export function doctorText({ tools, machine: { cores, memory }, cache, shared }: Diagnosis): string {
  const rows = [
    ...tools.map(({ name, version, detail, problem }) => [name, version ?? 'missing', problem ?? detail ?? '']),
    ['cores', String(cores.total), cores.from],
    ['memory', readableBytes(memory.total), `${memory.from}, ${readableBytes(memory.available)} available`],
    ['cache', readableBytes(cache.bytes), cache.problem ?? cache.folder],
    ...shared ? [['shared cache', shared.state, shared.why === undefined ? shared.name : `${shared.name}: ${shared.why}`]] : [],
  ]
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return rows.map(row => `${line(row).trimEnd()}\n`).join('')
}
