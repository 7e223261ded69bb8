/**
 * The checksums of modules in a go.sum or go.work.sum file, by `path@version`; those of a go.mod alone are left out.
 * Source: https://go.dev/ref/mod#go-sum-files
 */
export function goSum(text: string): ReadonlyMap<string, string> {
  const sums = text.split('\n').map(line => line.trim().split(/\s+/))
  return new Map(sums.flatMap(([path, version, sum]) =>
    sum === undefined || version?.endsWith('/go.mod') ? [] : [[`${path}@${version}`, sum] as const]))
}
