import type { Artifact } from './artifact.ts'

/** What a version changes, grouped and worded: its bytes are JSON that release notes and a chart's annotations are made from. */
export interface Changes extends Artifact<'changes'> {
  readonly version: string
}

/** What a version changes, in Markdown. */
export interface ReleaseNotes extends Artifact<'release-notes'> {
  readonly version: string
}

export const changesMediaType = 'application/vnd.slipway.changes.v1+json'
