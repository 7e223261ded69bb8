import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folder with the programs that .ci/tools makes; what it downloads lies beside it. */
export function toolsFolder(): string {
  const { SLIPWAY_TOOLS, XDG_CACHE_HOME } = process.env
  return SLIPWAY_TOOLS || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway-tools', 'bin')
}
