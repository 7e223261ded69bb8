/** The numbers of a Go release's name, `go1.21rc2` or `1.21.3`, such that a later release has the greater ones. */
function numbersOf(name: string): readonly number[] | undefined {
  const match = /^(?:go)?(\d+)\.(\d+)(?:\.(\d+)|(beta|rc)(\d+))?/.exec(name)
  if (!match) return undefined
  const [, major, minor, patch, kind, count = '0'] = match
  return [Number(major), Number(minor), kind === 'beta' ? 0 : kind === 'rc' ? 1 : 2, Number(patch ?? count)]
}

/**
 * Whether one Go release came before another; false where either has no number, as a build of Go's own source.
 * Source: https://go.dev/doc/toolchain#version
 */
export function isOlderGo(one: string, other: string): boolean {
  const [first, second] = [numbersOf(one), numbersOf(other)]
  if (!first || !second) return false
  const difference = first.map((number, index) => number - (second[index] ?? 0)).find(found => found !== 0)
  return difference !== undefined && difference < 0
}
