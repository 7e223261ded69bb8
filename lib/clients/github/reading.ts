import { listIn } from './answers.ts'
import type { GithubPlace } from './address.ts'
import type { AskGithub } from './ask.ts'
import { githubFailure } from './failure.ts'

export interface RepositoryFacts {
  /** What it is called now. */
  readonly fullName: string
  readonly archived: boolean
  /** What GitHub's clock says, milliseconds since 1970. */
  readonly clock: number | undefined
}

/** Items of one page of a list. */
export const perPage = 100

export function repositoryFacts(ask: AskGithub, place: GithubPlace, repository: string): Promise<RepositoryFacts> {
  return ask(`look at ${repository}`, async api => {
    const { data, headers } = await api.request('GET /repos/{owner}/{repo}', place)
    const clock = Date.parse(headers.date ?? '')
    return { fullName: data.full_name, archived: data.archived, clock: Number.isNaN(clock) ? undefined : clock }
  })
}

export async function everyPage(read: (page: number) => Promise<unknown>): Promise<readonly unknown[]> {
  const all: unknown[] = []
  for (let page = 1; ; page += 1) {
    const found = listIn(await read(page))
    all.push(...found)
    if (found.length < perPage) return all
  }
}

/** Undefined for what GitHub says is not there. */
export async function orNone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return ask().catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined
    throw error
  })
}

function statusOf(error: unknown): number | undefined {
  return githubFailure(error)?.status ?? (error as { readonly status?: number }).status
}
