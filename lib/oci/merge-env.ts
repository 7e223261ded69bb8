import { ReleaseError } from '../values/errors.ts'

/**
 * Variables of a base with ours: what is set anew keeps its place, others follow by name.
 * @param base entries `NAME=value`
 * @throws ReleaseError (USAGE) for a name that cannot be one
 */
export function mergeEnv(base: readonly string[], ours: Readonly<Record<string, string>>): readonly string[] {
  const variables = new Map(base.map(entry => [entry.split('=', 1)[0] ?? '', entry]))
  for (const [name, value] of Object.entries(ours).sort(([a], [b]) => a < b ? -1 : 1)) {
    if (!/^[^=\0]+$/.test(name) || value.includes('\0')) {
      throw new ReleaseError(`Cannot set the variable ${JSON.stringify(name)} in an image: ${value.includes('\0') ? 'its value' : 'its name'} cannot be used`, {
        code: 'USAGE', hint: 'A name has at least one character and no =; neither name nor value has a zero byte.',
      })
    }
    variables.set(name, `${name}=${value}`)
  }
  return [...variables.values()]
}
