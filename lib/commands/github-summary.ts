import { appendFile, readFile, stat } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { hideSecrets } from '../clients/hide-secrets.ts'
import type { WalkEvent } from '../graph/events.ts'
import { githubAnnotations } from '../render/github-annotations.ts'
import { digestOf } from '../values/digest.ts'
import type { Json } from '../values/json.ts'
import type { Release } from '../values/release.ts'
import { outputsText } from './github-summary/outputs.ts'
import { summarySteps } from './github-summary/data.ts'
import { summaryText } from './github-summary/text.ts'
import { errorText } from './run/print-errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a run is a step of GitHub Actions. */
export function isOnGithub({ GITHUB_ACTIONS: actions }: Environment): boolean {
  return actions === 'true'
}

/** What is told to GitHub of a run when it is over. */
export interface GithubSummary {
  /** Listens to the run. */
  event(event: WalkEvent): void
  /**
   * Writes the job's summary and outputs to the files that the runner names, and says what is to be printed: annotations, and what
   * could not be written. Nothing of it makes a run fail.
   */
  conclude(ending: GithubEnding): Promise<readonly string[]>
}

export interface GithubEnding {
  readonly goals: readonly string[]
  readonly errors: readonly unknown[]
  readonly notices: readonly string[]
  readonly milliseconds: number
  readonly release?: Release | undefined
  /** What steps reported. */
  readonly reports: { readonly [key: string]: Json }
  /** The project's folder, which compilers name files from. */
  readonly folder: string
}

/** Bytes that GitHub takes of one step, all that it writes together. */
const mostBytes = 1 << 20

/** @param environment GITHUB_STEP_SUMMARY, GITHUB_OUTPUT, GITHUB_WORKSPACE, and secrets that are not to be shown */
export function githubSummary(environment: Environment): GithubSummary {
  const steps = summarySteps()
  const hide = (text: string): string => hideSecrets(text, defined(environment))
  return {
    event: steps.event,
    conclude: async ({ goals, errors, notices, milliseconds, release, reports, folder }) => {
      const { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs, GITHUB_WORKSPACE: workspace = folder } = environment
      const annotations = githubAnnotations({ errors, notices, locate: path => locate(path, folder, workspace), hide })
      if (!release) return annotations
      const { version: { semver, commit, tag = '', prerelease, snapshot }, project } = release
      const found = steps.data(reports['published'])
      const data = { project: project.name, version: semver, commit, goals, milliseconds, succeeded: errors.length === 0, errors: errors.map(shownError), notices, ...found }
      const digest = await recordDigest(reports['directory']) ?? steps.record ?? ''
      return [
        ...annotations,
        ...await appended(summary, before => summaryText(data, mostBytes - before - (1 << 16), hide)),
        ...await appended(outputs, () => outputsText({ version: semver, tag, prerelease: String(prerelease), snapshot: String(snapshot), digest })),
      ]
    },
  }
}

function defined(environment: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** A stack says nothing to whoever reads a summary. */
function shownError(error: unknown): string {
  return error instanceof Error && error.name !== 'ReleaseError' ? error.message : errorText(error)
}

/** A path from the repository's root, with slashes, where there is such a file. */
function locate(path: string, folder: string, workspace: string): string | undefined {
  for (const from of isAbsolute(path) ? [''] : [folder, workspace]) {
    const file = resolve(from, path)
    const below = relative(workspace, file)
    if (below !== '' && !below.startsWith('..') && !isAbsolute(below) && existsSync(file)) return below.split(sep).join('/')
  }
  return undefined
}

/** The digest of the release.json that the run has left, or found as it should be. */
async function recordDigest(report: Json | undefined): Promise<string | undefined> {
  const { folder } = (report ?? {}) as { readonly folder?: Json }
  if (typeof folder !== 'string') return undefined
  const bytes = await readFile(join(folder, 'release.json')).catch(() => undefined)
  return bytes && digestOf(bytes)
}

/** @param text is told how many bytes are there already */
async function appended(file: string | undefined, text: (before: number) => string): Promise<readonly string[]> {
  if (!file) return []
  try {
    const before = await stat(file).then(({ size }) => size, () => 0)
    if (before < mostBytes / 2) await appendFile(file, text(before))
    return []
  } catch (error) {
    return [`notice: ${file} cannot be written: ${(error as Error).message}`]
  }
}
