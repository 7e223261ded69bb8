import { unreadable } from './unreadable.ts'

/** The GOARCH of a Mach-O cputype (<mach/machine.h>); throws BINARY for one that Go does not link. */
export function machoArchitecture(cputype: number): string {
  if (cputype === 0x01000007) return 'amd64'
  if (cputype === 0x0100000c) return 'arm64'
  throw unreadable('the executable', `Go has no architecture for Mach-O cputype 0x${cputype.toString(16)}`)
}
