import { targetToken, type Target } from '../values/target.ts'

/** What an archive's name is made of. */
export interface ArchiveNameParts {
  readonly project: string
  /** The only program in it, or the project's name where there are several. */
  readonly program: string
  /** Without `v`. */
  readonly version: string
  readonly target: Target
  /** The target as file names carry it: `linux_amd64`, `linux_armv7`. */
  readonly token: string
}

/** `<name>_<version>_<os>_<architecture>`: tokens exactly as Go spells them, which is what installers look for. */
export function archiveName({ program, version, token }: ArchiveNameParts): string {
  return `${program}_${version}_${token}`
}

/** The parts of an archive's name for the programs in it. */
export function archiveNameParts(project: string, programs: readonly string[], version: string, target: Target): ArchiveNameParts {
  const program = new Set(programs).size === 1 ? programs[0] as string : project
  return { project, program, version, target, token: targetToken(target) }
}
