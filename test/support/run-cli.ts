import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const cli = fileURLToPath(new URL('../../lib/cli.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `slipway` in a folder, to whatever end. */
export async function slipway(folder: string, ...args: readonly string[]): Promise<Run> {
  try {
    return { code: 0, ...await execute(process.execPath, ['--import', tsx, cli, ...args], { cwd: folder }) }
  } catch (error) {
    const { code, stdout, stderr } = error as Run
    return { code, stdout, stderr }
  }
}
