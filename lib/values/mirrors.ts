import { ReleaseError } from './errors.ts'

/** Registries to ask first, in order, by the host that they stand for. */
export type Mirrors = Readonly<Record<string, readonly string[]>>

/**
 * What build.ts says of mirrors and what a variable says: `docker.io=127.0.0.1:5000,gcr.io=mirror.example.com/gcr`. The
 * variable's come first; a host may be named several times.
 * @throws ReleaseError (USAGE) for a variable that cannot be read
 */
export function mirrorsOf(said: Readonly<Record<string, string | readonly string[]>> = {}, variable = ''): Mirrors {
  const all = new Map<string, string[]>()
  const add = (host: string, mirrors: readonly string[]): void => { all.set(host, [...all.get(host) ?? [], ...mirrors]) }
  for (const pair of variable.split(/[,\s]+/).filter(Boolean)) {
    const [host, mirror, ...more] = pair.split('=')
    if (!host || !mirror || more.length > 0) {
      throw new ReleaseError(`Cannot read SLIPWAY_MIRRORS: ${JSON.stringify(pair)} names no mirror`, {
        code: 'USAGE', hint: 'Write docker.io=mirror.example.com, several separated by commas.',
      })
    }
    add(host, [mirror])
  }
  for (const [host, mirrors] of Object.entries(said)) add(host, [mirrors].flat())
  return Object.fromEntries(all)
}
