import type { SharedCachePlace, WritingRun } from './clients/shared-cache/shared-cache-place.ts'
import { parseReference } from './oci/reference.ts'
import { ReleaseError } from './values/errors.ts'

export interface RegistryCacheOptions {
  /** A password or a token; without one, or where it is empty, SLIPWAY_REGISTRY_*, Docker's configuration and GITHUB_TOKEN are asked. */
  readonly token?: string | undefined
  /** Who the token belongs to; most registries take any name with a token. */
  readonly username?: string | undefined
  /**
   * Whether runs write into it. By default those in CI that have a credential; with `true` those elsewhere and those without one
   * too; with `false` none. Runs for pull requests never do, unless a function says so.
   */
  readonly write?: boolean | ((run: WritingRun) => boolean)
  /** Share what steps make. Default: true. */
  readonly results?: boolean
  /** Share what Go has compiled, one blob a target. Default: true. */
  readonly go?: boolean
}

/**
 * A repository of a registry as the cache that machines share: `cache: registry('ghcr.io/example/cache')`. What is not in it, and
 * everything where it cannot be reached, is made here. Whoever may write there decides what is released.
 * @throws ReleaseError (NAME, USAGE) for what names no repository
 */
export function registry(text: string, { token, username = 'slipway', write, results = true, go = true }: RegistryCacheOptions = {}): SharedCachePlace {
  const { host, repository, tag, digest } = parseReference(text)
  if (tag !== undefined || digest !== undefined) {
    throw new ReleaseError(`Cannot share a cache at ${text}: it names one image, not a repository`, { code: 'USAGE', hint: 'Leave out the tag: each result has one of its own.' })
  }
  return {
    host, repository, results, go, ...write === undefined ? {} : { write },
    ...token ? { credential: { username, password: token, from: 'the token in build.ts' } } : {},
  }
}
