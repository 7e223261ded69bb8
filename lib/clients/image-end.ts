import { digestProblem } from '../oci/digest-problem.ts'
import { parseReference, tagOf, type Reference } from '../oci/reference.ts'
import type { Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'

/** Where images are copied from and to. */
export type ImageEnd =
  | { readonly kind: 'registry'; readonly reference: Reference; readonly tagOrDigest: string }
  | { readonly kind: 'layout'; readonly folder: string; readonly tag?: string; readonly digest?: Digest }
  | { readonly kind: 'archive'; readonly file: string; readonly name?: string }
  | { readonly kind: 'engine'; readonly name: string }

/**
 * Reads an end as containers' tools write them: `ghcr.io/o/app:1` or `docker://...` in a registry, `oci:FOLDER[:TAG]` or
 * `oci:FOLDER@sha256:...`, `docker-archive:FILE[:NAME]`, `docker-daemon:NAME`.
 * @throws ReleaseError (USAGE, NAME)
 */
export function imageEnd(text: string): ImageEnd {
  const [, kind = 'docker', rest = text] = /^(oci|docker-archive|docker-daemon|docker):(?!\d+\/)(.*)$/s.exec(text) ?? []
  if (rest === '' || rest === '//') throw unusable(text)
  if (kind === 'docker-daemon') return { kind: 'engine', name: rest }
  if (kind === 'docker') {
    const reference = parseReference(rest.replace(/^\/\//, ''))
    return { kind: 'registry', reference, tagOrDigest: reference.digest ?? tagOf(reference) }
  }
  return kind === 'oci' ? layoutEnd(rest, text) : archiveEnd(rest, text)
}

function layoutEnd(rest: string, text: string): ImageEnd {
  const [, before = rest, digest] = /^(.+)@(sha256:.*)$/s.exec(rest) ?? []
  if (digest === undefined) {
    const { path: folder, name: tag } = pathAndName(rest, text)
    return { kind: 'layout', folder, ...(tag === undefined ? {} : { tag }) }
  }
  const problem = digestProblem(digest)
  if (problem !== undefined) throw new ReleaseError(`Cannot copy ${JSON.stringify(text)}: ${problem}`, { code: 'NAME', hint: 'Write @sha256: and its 64 hexadecimal digits.' })
  return { kind: 'layout', folder: before, digest: digest as Digest }
}

function archiveEnd(rest: string, text: string): ImageEnd {
  const { path: file, name } = pathAndName(rest, text)
  return { kind: 'archive', file, ...(name === undefined ? {} : { name }) }
}

/** A drive letter of Windows is no name. */
function pathAndName(rest: string, text: string): { readonly path: string; readonly name?: string } {
  const [, path, name] = /^((?:[A-Za-z]:[\\/])?[^:]+)(?::(.+))?$/s.exec(rest) ?? []
  if (path === undefined) throw unusable(text)
  return { path, ...(name === undefined ? {} : { name }) }
}

function unusable(text: string): ReleaseError {
  return new ReleaseError(`Cannot copy ${JSON.stringify(text)}: it names no place of images`, {
    code: 'USAGE', hint: 'Write registry/repository:tag, oci:FOLDER:TAG, docker-archive:FILE or docker-daemon:NAME.',
  })
}
