import type { AttestationState } from './attestations.ts'
import { bareRepository, type BareRepository } from './bare-repository.ts'
import type { FakeGithubOptions, FakeRepository, FakeRight } from './options.ts'
import type { PackagesState } from './packages.ts'

export interface GithubState {
  readonly repositories: Map<string, RepositoryState>
  readonly tokens: Map<string, Principal>
  readonly installations: Map<number, Installation>
  /** Requests of the running hour, by who asks. */
  readonly used: Map<string, number>
  readonly packages: PackagesState
  nextId(): number
}

export interface Installation {
  readonly app: string
  readonly may: Readonly<Record<string, FakeRight>>
}

export interface RepositoryState {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly private: boolean
  readonly archived: boolean
  /** Whether releases that are published from now on are immutable. */
  immutable: boolean
  readonly defaultBranch: string
  /** Where its branches and tags are, where they are on the disk. */
  readonly git: BareRepository | undefined
  readonly forkOf: string | undefined
  /** Commits by name. */
  readonly branches: Map<string, string>
  readonly tags: Map<string, string>
  /** Ids of tag objects, by tag. */
  readonly annotated: Map<string, string>
  readonly dates: Readonly<Record<string, string>>
  readonly formerly: readonly string[]
  readonly releases: Map<number, ReleaseState>
  /** Names of tags that an immutable release had once. */
  readonly burned: Set<string>
  readonly attestations: AttestationState[]
  /** By number. */
  readonly pulls: Map<number, PullState>
  /** The release that was said to be the latest; where there is none, dates and versions decide. */
  latest: number | undefined
}

export interface ReleaseState {
  readonly id: number
  tag: string
  target: string
  name: string | null
  body: string | null
  draft: boolean
  prerelease: boolean
  immutable: boolean
  readonly author: string
  readonly createdAt: string
  publishedAt: string | null
  updatedAt: string
  readonly assets: Map<number, AssetState>
}

export interface AssetState {
  readonly id: number
  name: string
  label: string | null
  state: 'starter' | 'uploaded'
  readonly contentType: string
  size: number
  /** Of the bytes on the disk. */
  digest: string | null
  /** Where they lie. */
  readonly file: string
  downloads: number
  readonly uploader: string
  readonly createdAt: string
}

export interface PullState {
  readonly id: number
  readonly number: number
  title: string
  body: string | null
  readonly draft: boolean
  state: 'open' | 'closed'
  /** How it was merged, and by whom. */
  merged: { readonly at: string, readonly by: string, readonly commit: string } | undefined
  /** Where its branch is, and the last commit that was seen of it. */
  readonly from: RepositoryState
  readonly head: string
  commit: string
  base: string
  readonly author: string
  readonly labels: Set<string>
  readonly createdAt: string
  updatedAt: string
  closedAt: string | null
}

/** Who asks. */
export interface Principal {
  readonly kind: 'anonymous' | 'classic' | 'fine-grained' | 'installation' | 'app'
  readonly login: string
  readonly may: Readonly<Record<string, FakeRight>>
  readonly pulls?: boolean
  readonly owner?: FakeRight
  readonly attestations?: boolean
  readonly packages?: 'read' | 'delete'
  readonly expires?: number
}

export const anonymous: Principal = { kind: 'anonymous', login: '', may: {} }

export function initialState({ repositories, tokens = {}, apps = {}, packages }: FakeGithubOptions): GithubState {
  let id = 1000
  const nextId = (): number => id += 1
  return {
    repositories: new Map(Object.entries(repositories).map(([fullName, one]) => [fullName.toLowerCase(), repositoryState(fullName, one, nextId())])),
    tokens: new Map(Object.entries(tokens).map(([token, { kind = 'classic', login = 'octocat', ...rest }]) => [token, { kind, login, ...rest }])),
    installations: new Map(Object.entries(apps).map(([app, { installation, may }]) => [installation, { app, may }])),
    used: new Map(), nextId,
    packages: { registry: packages?.registry, organizations: packages?.organizations ?? [], downloaded: packages?.downloaded ?? [], seen: new Map() },
  }
}

function repositoryState(fullName: string, { branches = {}, tags = {}, annotated = [], dates = {}, formerly = [], ...rest }: FakeRepository, id: number): RepositoryState {
  const [owner = '', name = ''] = fullName.split('/')
  return {
    id, owner, name, dates, formerly, private: rest.private ?? false, archived: rest.archived ?? false, immutable: rest.immutable ?? false,
    git: rest.git === undefined ? undefined : bareRepository(rest.git), forkOf: rest.forkOf, pulls: new Map(),
    defaultBranch: Object.keys(branches)[0] ?? 'main', branches: new Map(Object.entries(branches)), tags: new Map(Object.entries(tags)),
    annotated: new Map(annotated.map((tag, index) => [tag, tagObject(index)])), releases: new Map(), burned: new Set(), attestations: [], latest: undefined,
  }
}

function tagObject(index: number): string {
  return `a99${String(index).padStart(37, '0')}`
}

/** A repository by its name, in any case of letters, or by a former one. */
export function findRepository(state: GithubState, fullName: string): RepositoryState | undefined {
  const key = fullName.toLowerCase()
  return state.repositories.get(key) ?? [...state.repositories.values()].find(({ formerly }) => formerly.some(name => name.toLowerCase() === key))
}

export function fullNameOf({ owner, name }: Pick<RepositoryState, 'owner' | 'name'>): string {
  return `${owner}/${name}`
}

/** The commit that a branch, a tag or an id stands for. */
export function commitOf(repository: RepositoryState, target: string): string | undefined {
  const known = [...repository.branches.values(), ...repository.tags.values()]
  return repository.branches.get(target) ?? repository.tags.get(target) ?? known.find(commit => commit === target)
}

/** Looks at what was pushed. */
export async function readBranches({ git, branches, tags }: RepositoryState): Promise<void> {
  if (!git) return
  const there = await git.references()
  for (const [known, folder] of [[branches, 'refs/heads/'], [tags, 'refs/tags/']] as const) {
    known.clear()
    for (const [name, commit] of there) if (name.startsWith(folder)) known.set(name.slice(folder.length), commit)
  }
}
