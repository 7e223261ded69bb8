import { createHash, randomUUID } from 'node:crypto'

export interface StoredManifest {
  readonly mediaType: string
  readonly bytes: Buffer
}

/** One repository: open to tests, which may damage or take away what they like. */
export interface Repository {
  readonly blobs: Map<string, Buffer>
  readonly manifests: Map<string, StoredManifest>
  readonly tags: Map<string, string>
}

/** Bytes that have come so far, also those of a request that was cut. */
export interface Upload {
  readonly repository: string
  readonly parts: Buffer[]
  size: number
  /** Whether a chunk below the minimum has come, which has to be the last. */
  ended: boolean
}

export interface State {
  readonly repositories: Map<string, Repository>
  readonly uploads: Map<string, Upload>
}

export const emptyState = (): State => ({ repositories: new Map(), uploads: new Map() })

export const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** The repository of that name, made where there is none. */
export function repositoryOf({ repositories }: State, name: string): Repository {
  const known = repositories.get(name)
  if (known) return known
  const made: Repository = { blobs: new Map(), manifests: new Map(), tags: new Map() }
  repositories.set(name, made)
  return made
}

export function openUpload({ uploads }: State, repository: string): string {
  const id = randomUUID()
  uploads.set(id, { repository, parts: [], size: 0, ended: false })
  return id
}
