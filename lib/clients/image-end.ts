import { parseReference, tagOf, type Reference } from '../oci/reference.ts'
import { ReleaseError } from '../values/errors.ts'

/** Where images are copied from and to. */
export type ImageEnd =
  | { readonly kind: 'registry'; readonly reference: Reference; readonly tagOrDigest: string }
  | { readonly kind: 'layout'; readonly folder: string; readonly tag?: string }
  | { readonly kind: 'archive'; readonly file: string; readonly name?: string }
  | { readonly kind: 'engine'; readonly name: string }

/**
 * Reads an end as containers' tools write them: `ghcr.io/o/app:1` or `docker://...` in a registry, `oci:FOLDER[:TAG]`,
 * `docker-archive:FILE[:NAME]`, `docker-daemon:NAME`.
 * @throws ReleaseError (USAGE, NAME)
 */
export function imageEnd(text: string): ImageEnd {
  const [, kind = 'docker', rest = text] = /^(oci|docker-archive|docker-daemon|docker):(?!\d+\/)(.*)$/s.exec(text) ?? []
  if (rest === '') throw unusable(text)
  if (kind === 'docker-daemon') return { kind: 'engine', name: rest }
  if (kind === 'docker') {
    const reference = parseReference(rest.replace(/^\/\//, ''))
    return { kind: 'registry', reference, tagOrDigest: reference.digest ?? tagOf(reference) }
  }
  // A drive letter of Windows is no name.
  const [, path = rest, name] = /^((?:[A-Za-z]:[\\/])?[^:]+)(?::(.+))?$/s.exec(rest) ?? []
  if (kind === 'oci') return { kind: 'layout', folder: path, ...(name === undefined ? {} : { tag: name }) }
  return { kind: 'archive', file: path, ...(name === undefined ? {} : { name }) }
}

function unusable(text: string): ReleaseError {
  return new ReleaseError(`Cannot copy ${JSON.stringify(text)}: it names no place of images`, {
    code: 'USAGE', hint: 'Write registry/repository:tag, oci:FOLDER:TAG, docker-archive:FILE or docker-daemon:NAME.',
  })
}
