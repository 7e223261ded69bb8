import { repositoryUrl } from '../formats/repository-url.ts'

/** What is said of an image, by the names of the OCI image specification 1.1, "pre-defined annotation keys". */
export interface ImageFacts {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly version?: string | undefined
  /** The full commit id. */
  readonly revision?: string | undefined
  /** The commit's time: `2026-11-21T08:51:00Z`. */
  readonly created?: string | undefined
  /** The repository, in any form that git knows: `git@host.example:example/app.git`. */
  readonly source?: string | undefined
  readonly url?: string | undefined
  readonly documentation?: string | undefined
  /** A license expression of SPDX: `Apache-2.0`. */
  readonly licenses?: string | undefined
  readonly vendor?: string | undefined
  /** The image it was built on: `docker.io/library/alpine:3`. */
  readonly 'base.name'?: string | undefined
  readonly 'base.digest'?: string | undefined
}

const names: readonly (keyof ImageFacts)[] = [
  'base.digest', 'base.name', 'created', 'description', 'documentation', 'licenses', 'revision', 'source', 'title', 'url', 'vendor', 'version',
]

/**
 * The annotations of an image's manifest and index, which are also labels of its configuration. Sorted; what is not known or
 * empty is left out, and so is a source that is no address.
 */
export function imageAnnotations(facts: ImageFacts): Readonly<Record<string, string>> {
  const known: ImageFacts = { ...facts, source: repositoryUrl(facts.source ?? '') }
  return Object.fromEntries(names.flatMap(name => known[name] ? [[`org.opencontainers.image.${name}`, known[name]]] : []))
}
