import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolsFolder } from '../../../support/tools-folder.ts'

export interface HelmProgram {
  readonly name: 'helm3' | 'helm4'
  readonly program: string
  /** Why it is not to be had here, if so; for `unless`. */
  readonly reason: string | undefined
}

export interface HelmEnded {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The two helms, as far as .ci/tools has compiled them. */
export const helms: readonly HelmProgram[] = (['helm3', 'helm4'] as const).map(name => {
  const program = join(toolsFolder(), name)
  return { name, program, reason: there(program) ? undefined : `needs ${program}, which .ci/tools installs` }
})

/** helm 3, which says what a chart is where the two differ. */
export const helm3 = helms[0] as HelmProgram

/** Runs helm with nothing of the caller's, in UTC. */
export async function runHelm({ program }: HelmProgram, args: readonly string[], cwd: string): Promise<HelmEnded> {
  const home = await mkdtemp(join(tmpdir(), 'helm-'))
  try {
    return await new Promise(resolve => {
      const env = { PATH: process.env['PATH'], HOME: home, TZ: 'UTC' }
      execFile(program, args, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
      })
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** What helm prints where it succeeds. */
export async function helmPrints(helm: HelmProgram, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await runHelm(helm, args, cwd)
  if (code === 0) return stdout
  throw new Error(`helm ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
}

function there(program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}
