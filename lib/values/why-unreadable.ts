const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there', ENOTDIR: 'a file stands where a folder should be', EISDIR: 'it is a folder', EACCES: 'the permission is missing',
  EEXIST: 'a file stands where a folder should be', EPERM: 'the permission is missing', ELOOP: 'its links lead in a circle',
}

/** What keeps a file from being read, as the end of a sentence; in the system's own words where it is nothing usual. */
export function whyUnreadable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return (Object.hasOwn(reasons, code) ? reasons[code] : undefined) ?? message
}
