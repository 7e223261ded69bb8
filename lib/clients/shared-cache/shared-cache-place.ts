import type { Credential } from '../../contracts/credential.ts'

/** A repository of a registry that machines share a cache in, and who may write there. */
export interface SharedCachePlace {
  /** `ghcr.io`, `127.0.0.1:5000`. */
  readonly host: string
  /** `example/cache`. */
  readonly repository: string
  readonly credential?: Credential
  /** By the run where it is absent. */
  readonly write?: boolean | ((run: WritingRun) => boolean)
  /** Whether what steps make is shared. */
  readonly results: boolean
  /** Whether what Go has compiled is shared. */
  readonly go: boolean
}

/** What tells whether a run may write. */
export interface WritingRun {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether it is for a change that nobody has taken yet. */
  readonly pullRequest: boolean
}

export function nameOfPlace({ host, repository }: Pick<SharedCachePlace, 'host' | 'repository'>): string {
  return `${host}/${repository}`
}
