import { type Answer, invalid, json, notFound, refusal } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { nodeId } from './node-id.ts'
import { presentCommit } from './repositories.ts'
import { commitOf, fullNameOf } from './state.ts'

type Here = Pick<RepositoryCall, 'repository' | 'links'>

export const getReference: Handler<RepositoryCall> = call => presentReference(call.params['ref'] ?? '', call) ?? notFound()

export const listReferences: Handler<RepositoryCall> = call => {
  const { repository: { branches, tags }, params: { ref = '' } } = call
  const names = [...[...branches.keys()].map(name => `heads/${name}`), ...[...tags.keys()].map(name => `tags/${name}`)]
  return json(names.filter(name => name.startsWith(ref)).sort().map(name => presentReference(name, call)?.json))
}

export const getTagObject: Handler<RepositoryCall> = ({ repository, links, params: { tag_sha: sha = '' } }) => {
  const [tag] = [...repository.annotated].find(([, id]) => id === sha) ?? []
  if (tag === undefined) return notFound()
  const { commit } = presentCommit(repository.tags.get(tag) ?? '', { repository, links }) as { readonly commit: { readonly author: object } }
  const url = `${links.api}/repos/${fullNameOf(repository)}/git`
  const of = repository.tags.get(tag) ?? ''
  return json({ sha, node_id: nodeId('TA', sha), tag, url: `${url}/tags/${sha}`, message: tag, tagger: commit.author, object: { sha: of, type: 'commit', url: `${url}/commits/${of}` } })
}

export const getCommit: Handler<RepositoryCall> = call => {
  const commit = commitOf(call.repository, (call.params['ref'] ?? '').replace(/^(?:refs\/)?(?:heads|tags)\//, ''))
  return commit === undefined ? refusal(422, `No commit found for SHA: ${call.params['ref']}`) : json(presentCommit(commit, call))
}

export const createReference: Handler<RepositoryCall> = async call => {
  const { repository, body: { ref, sha } } = call
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(String(ref)) ?? []
  if (name === undefined) return refusal(422, 'Reference name must start with refs/')
  const commit = commitOf(repository, String(sha))
  if (commit === undefined) return refusal(422, 'Object does not exist')
  const known = kind === 'tags' ? repository.tags : repository.branches
  if (known.has(name)) return refusal(422, 'Reference already exists')
  if (kind === 'tags' && repository.burned.has(name)) return frozen('Cannot create ref due to creations being restricted.')
  known.set(name, commit)
  await repository.git?.move(`refs/${kind}/${name}`, commit)
  return { ...presentReference(`${kind}/${name}`, call) ?? notFound(), status: 201 }
}

export const deleteReference: Handler<RepositoryCall> = async ({ repository, params: { ref = '' } }) => {
  const [, kind, name = ''] = /^(heads|tags)\/(.+)$/.exec(ref) ?? []
  const known = kind === 'tags' ? repository.tags : repository.branches
  if (kind === undefined || !known.has(name)) return refusal(422, 'Reference does not exist')
  if (kind === 'tags' && [...repository.releases.values()].some(({ tag, immutable }) => immutable && tag === name)) return frozen('Cannot delete this ref due to an immutable release.')
  known.delete(name)
  await repository.git?.move(`refs/${ref}`, undefined)
  repository.annotated.delete(name)
  return { status: 204 }
}

function presentReference(ref: string, { repository, links }: Here): Answer | undefined {
  const [, kind, name = ''] = /^(heads|tags)\/(.+)$/.exec(ref) ?? []
  const commit = (kind === 'tags' ? repository.tags : repository.branches).get(name)
  if (commit === undefined) return undefined
  const url = `${links.api}/repos/${fullNameOf(repository)}/git`
  const object = kind === 'tags' ? repository.annotated.get(name) : undefined
  return json({
    ref: `refs/${ref}`, node_id: nodeId('REF', ref), url: `${url}/refs/${ref}`,
    object: object === undefined ? { type: 'commit', sha: commit, url: `${url}/commits/${commit}` } : { type: 'tag', sha: object, url: `${url}/tags/${object}` },
  })
}

function frozen(why: string): Answer {
  return invalid({ resource: 'Reference', code: 'custom', field: 'pre_receive', message: `Repository rule violations found\n\n${why}` })
}
