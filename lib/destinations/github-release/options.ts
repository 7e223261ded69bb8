import type { Github } from '../../clients/github.ts'
import type { GithubAccess } from '../../clients/github/access.ts'
import type { GithubApp } from '../../clients/github/app.ts'
import type { Archive, Checksums } from '../../values/archive.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Binary } from '../../values/binary.ts'
import type { ChartPackage } from '../../values/chart.ts'
import type { ReleaseNotes } from '../../values/release-notes.ts'
import type { Version } from '../../values/version.ts'

/** What is one file, which is all that a release can have, and what it says of itself. */
export type ReleaseFile = Archive | Checksums | ChartPackage | Binary | ReleaseNotes | Artifact<'package'>

export interface GithubReleaseOptions {
  /** `example/gateway` */
  readonly repository: string
  readonly version: Version
  /** Needs to write contents of the repository: GITHUB_TOKEN of GitHub Actions, or a token of a person's. */
  readonly token?: string | undefined
  /** A GitHub App in place of a token. */
  readonly app?: GithubApp | undefined
  /** GitHub Enterprise Server: `https://github.example.com/api/v3`. Default: `https://api.github.com`. */
  readonly baseUrl?: string
  /** The title. Default: the tag. One that a person has given stays, unless notes are replaced. */
  readonly name?: string
  /** Whether it is shown as a prerelease. Default: what the version says. */
  readonly prerelease?: boolean
  /** With true it stays a draft, for a person to publish. Default: false. */
  readonly draft?: boolean
  /** Whether it is shown as the latest. Default: where no higher stable version is published. */
  readonly latest?: boolean
  readonly notes?: NotesOptions
}

export interface NotesOptions {
  /** Markdown, or what makes it when all is staged. Notes that are sent as an artifact, `changelog(...)`, take its place. */
  readonly text?: string | (() => string | Promise<string>)
  /** Markdown above the text. */
  readonly header?: string
  /** Markdown below all. */
  readonly footer?: string
  /** Adds what GitHub makes of pull requests since the version before. */
  readonly generated?: boolean
  /** What becomes of notes that a person has written there: they stay alone, have these below or above them, or go. Default: `kept`. */
  readonly existing?: 'kept' | 'appended' | 'prepended' | 'replaced'
}

/** How GitHub is reached. */
export type OpenGithub = (access: GithubAccess) => Github | Promise<Github>

/** What all parts of the destination share. */
export interface Here {
  /** The destination's name. */
  readonly name: string
  readonly options: GithubReleaseOptions
  readonly tag: string
}
