/** What stands before a version in tags, as it is written: `api` and `api/v` mean `api/`, `v` means nothing. */
export function tagPrefix(given = ''): string {
  const prefix = given.replace(/(^|\/)v$/, '$1')
  return /[a-z\d]$/i.test(prefix) ? `${prefix}/` : prefix
}
