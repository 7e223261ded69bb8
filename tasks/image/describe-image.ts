import { imageAnnotations } from '../../lib/oci/image-annotations.ts'
import type { BaseName } from '../../lib/values/image.ts'
import type { Project } from '../../lib/values/project.ts'
import type { Version } from '../../lib/values/version.ts'
import { sourceUrl } from './source-url.ts'

/** What an image says of itself, beside what the release knows. */
export interface Described {
  readonly description?: string
  /** Where its source is; derived from the module path where that names a host of repositories. GHCR links a package by it. */
  readonly sourceUrl?: string
  readonly url?: string
  readonly documentation?: string
  readonly vendor?: string
  /** An SPDX expression; the project's license file where it is absent. */
  readonly licenses?: string
  readonly annotations?: Readonly<Record<string, string>>
}

export interface DescribedImage {
  readonly options: Described
  readonly project: Project
  readonly version: Version
  readonly title: string
  readonly base: BaseName
}

/** The annotations of index and manifests, which are the labels of the configuration too. */
export function describeImage({ options, project, version, title, base }: DescribedImage): Readonly<Record<string, string>> {
  const { description, url, documentation, vendor, annotations = {} } = options
  const source = options.sourceUrl ?? sourceUrl(project.module)
  const licenses = options.licenses ?? project.license
  const own = imageAnnotations({
    title, version: version.stamp, revision: version.commit, created: version.date, description, url, documentation, vendor, source, licenses,
    ...(base.parts ? {} : { 'base.name': base.name, 'base.digest': base.digest }),
  })
  return { ...own, ...annotations }
}
