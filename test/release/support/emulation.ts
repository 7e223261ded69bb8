import { existsSync } from 'node:fs'
import { hostTarget } from './build-script.ts'

const machines: Readonly<Record<string, string>> = { 'linux/amd64': 'x86_64', 'linux/arm64': 'aarch64', 'linux/s390x': 's390x' }

/** Why programs of a platform cannot be run here, if so; for `unless`. */
export function noEmulation(platform: string): string | undefined {
  if (platform === hostTarget || existsSync(`/proc/sys/fs/binfmt_misc/qemu-${machines[platform]}`)) return undefined
  return `needs qemu for ${platform} in binfmt_misc, where .ci/tools can register it`
}
