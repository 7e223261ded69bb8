import { createGithub } from '../../../lib/clients/github.ts'
import { githubRelease } from '../../../lib/destinations/github-release.ts'
import type { GithubReleaseOptions, ReleaseFile } from '../../../lib/destinations/github-release/options.ts'
import type { Content } from '../../../lib/contracts/content.ts'
import type { Destination } from '../../../lib/contracts/destination.ts'
import type { Step } from '../../../lib/graph/step.ts'
import type { Version } from '../../../lib/values/version.ts'
import { publish, send } from '../../../tasks/publish.ts'
import { graphFixture, type GraphFixture } from '../../support/graph-fixture.ts'
import { releaseValue } from '../../support/release-value.ts'
import { type GithubFixture, withGithub, writer } from '../../testing/support/github-fixture.ts'

export interface GithubSetting {
  readonly github: GithubFixture
  readonly graph: GraphFixture
  /** Milliseconds that would have been waited. */
  readonly waited: number[]
  /** The destination, which waits for nothing. */
  destination(options?: Partial<GithubReleaseOptions>): Destination<ReleaseFile>
  /** Publishes as a run of its own would; undefined where it went well. */
  release(what: readonly Step<ReleaseFile>[], options?: Partial<GithubReleaseOptions>): Promise<Error | undefined>
}

export const { version } = releaseValue()

/** What looks at a destination before it is used. */
export const look = {
  signal: new AbortController().signal, place: { root: '/nowhere' }, exec: () => Promise.reject(new Error('nothing is run')), release: releaseValue(), now: Date.now,
  content: {} as Content, notice: (_line: string): void => undefined,
}

/** A fake GitHub, and a cache to publish from: one of its own, or one that many share. */
export async function withSetting(options: Parameters<typeof withGithub>[0] & { readonly graph?: GraphFixture }, use: (setting: GithubSetting) => Promise<void>): Promise<void> {
  const { graph = await graphFixture(), ...given } = options
  const waited: number[] = []
  try {
    await withGithub(given, github => {
      const destination: GithubSetting['destination'] = more => githubRelease({
        repository: 'example/gateway', version, token: writer, baseUrl: github.url, ...more,
      }, access => createGithub({ ...access, environment: {}, sleep: async milliseconds => { waited.push(milliseconds) } }))
      const release: GithubSetting['release'] = async (what, more = {}) => {
        const end = publish(send(destination(more), what))
        const outcomes = await graph.run([end], { release: releaseValue(more.version ? { version: more.version } : {}) })
        return [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error] : [])[0]
      }
      return use({ github, graph, waited, destination, release })
    })
  } finally {
    if (!options.graph) await graph.close()
  }
}

/** Another version on the same commit. */
export function versionOf(semver: string, changes: Partial<Version> = {}): Version {
  return { ...version, semver, base: semver.replace(/-.*/, ''), tag: `v${semver}`, prerelease: semver.includes('-'), ...changes }
}
