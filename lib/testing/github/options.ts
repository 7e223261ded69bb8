/** What a fake GitHub is made of. */
export interface FakeGithubOptions {
  /** A folder that is there and empty: assets are kept in it. */
  readonly folder: string
  /** By full name: `example/gateway`. */
  readonly repositories: Readonly<Record<string, FakeRepository>>
  /** By the token's own text. */
  readonly tokens?: Readonly<Record<string, FakeToken>>
  /** By id. */
  readonly apps?: Readonly<Record<string, FakeApp>>
  /** The file with GitHub's OpenAPI description: each request and answer is compared with it. */
  readonly description?: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Requests that one token may make in an hour. Default: 5000; 60 for those who have none. */
  readonly hourly?: number
  /** False for a GitHub Enterprise Server that is too old to tell digests of assets. */
  readonly digests?: boolean
  readonly packages?: FakePackages
  /** Told of each request before it is looked at and once it was carried out, before the answer is sent. */
  readonly watch?: (moment: 'before' | 'after', request: FakeGithubRequest) => void | Promise<void>
}

/** Packages of the container registry: another server plays ghcr.io, and this one deletes versions there. */
export interface FakePackages {
  /** A registry that has manifests deleted by digest, without a password: `http://127.0.0.1:5000`. */
  readonly registry: string
  /** Logins of owners that are organisations; others are people. */
  readonly organizations?: readonly string[]
  /** Digests of versions that were downloaded more than 5,000 times. */
  readonly downloaded?: readonly string[]
}

export interface FakeRepository {
  /** Commits by branch; the first one is the default branch. */
  readonly branches?: Readonly<Record<string, string>>
  /** The folder of a bare repository in place of branches and tags: it is cloned and pushed to over HTTP, and pull requests are merged in it. */
  readonly git?: string
  /** The full name of the repository that this one is a fork of. */
  readonly forkOf?: string
  /** Commits by tag. */
  readonly tags?: Readonly<Record<string, string>>
  /** Tags that are objects of their own, as `git tag -a` makes them. */
  readonly annotated?: readonly string[]
  /** When commits were made, by id: what a release takes for its own date. */
  readonly dates?: Readonly<Record<string, string>>
  readonly private?: boolean
  readonly archived?: boolean
  /** Whether releases freeze when they are published. */
  readonly immutable?: boolean
  /** Full names that lead here since it was renamed. */
  readonly formerly?: readonly string[]
}

export type FakeRight = 'read' | 'write' | 'admin'

export interface FakeToken {
  /** How it answers for what it may not do: classic ones are told that nothing is there. Default: `classic`. */
  readonly kind?: 'classic' | 'fine-grained' | 'installation'
  /** Who made it. Default: `octocat`. */
  readonly login?: string
  /** What it may do, by repository. */
  readonly may: Readonly<Record<string, FakeRight>>
  /** Whether it may write pull requests, where it may write at all. Default: true. */
  readonly pulls?: boolean
  /** What its owner may do, where the token may do less: that is what a repository tells of permissions. */
  readonly owner?: FakeRight
  /** Whether it may read attestations. Default: true. */
  readonly attestations?: boolean
  /** What it may do with packages. Default: nothing. */
  readonly packages?: 'read' | 'delete'
  /** Milliseconds since 1970. */
  readonly expires?: number
}

export interface FakeApp {
  /** In PEM form. */
  readonly publicKey: string
  /** What its installation may do, by repository. */
  readonly may: Readonly<Record<string, FakeRight>>
  readonly installation: number
}

/** One request as it came, without what authorizes it. */
export interface FakeGithubRequest {
  /** Counted from 1. */
  readonly number: number
  /** Method and path: `POST /repos/example/gateway/releases`, the query with it. */
  readonly line: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** `storage` is the other origin, to which downloads are sent. */
  readonly server: 'github' | 'storage'
  /** 0 until it was answered, and where it was cut. */
  readonly status: number
}

/**
 * `error`: 500, or for an upload 502 that leaves a `starter` asset. `cut`: the connection ends before the request is read. `torn`:
 * half of the request is read. `lost`: it is carried out, and the answer never comes. `slow`: the answer drips. `limit`: the secondary limit.
 */
export type FakeGithubFault = 'error' | 'cut' | 'torn' | 'lost' | 'slow' | 'limit'

export interface FaultOptions {
  /** Which request from now, counted from 1. Default: 1. */
  readonly at?: number
  /** How many in a row. Default: 1. */
  readonly times?: number
  /** Of `limit`. Default: 403. */
  readonly status?: 403 | 429
  /** Seconds that `limit` asks for. Default: 1; GitHub leaves the header out at times, which null stands for. */
  readonly retryAfter?: number | null
}
