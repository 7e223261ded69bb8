import { ReleaseError } from './errors.ts'

/** What the system's words mean to whoever has to act on them. */
const reasons: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  ENOSPC: ['there is no space left on the disk', 'Free some space, or name a folder on another disk.'],
  EDQUOT: ['the quota of the disk is used up', 'Free some space, or name a folder on another disk.'],
  EROFS: ['its file system is read-only', 'Mount it writable, or name another folder.'],
  EACCES: ['the permission is missing', 'Make it writable for the user that runs the release, or name another folder.'],
  EPERM: ['the permission is missing', 'Make it writable for the user that runs the release, or name another folder.'],
  EBUSY: ['it is in use, as a mount point for instance', 'Name a folder inside of it.'],
}

/**
 * A system's refusal to write as an error for the user; the same for every file of one place, so that a full disk is told
 * once. Undefined for everything else.
 * @param place what could not be written: `the cache folder /home/me/.cache/slipway`
 */
export function diskError(error: unknown, place: string): ReleaseError | undefined {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  const known = code !== undefined && Object.hasOwn(reasons, code) ? reasons[code] : undefined
  return known && new ReleaseError(`Cannot write ${place}: ${known[0]}`, { code: 'DISK', hint: known[1], cause: error })
}
