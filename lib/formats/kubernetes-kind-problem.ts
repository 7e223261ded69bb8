import { nearest } from '../values/nearest.ts'
import { builtInKinds } from './kubernetes-kinds.ts'

/** A kind of a group that is not Kubernetes' own. */
export interface CustomKind {
  readonly group: string
  readonly kind: string
}

/** What is wrong with an API version and a kind. */
export interface KindProblem {
  readonly why: string
  readonly hint: string
}

const groups = new Set(builtInKinds.map(({ group }) => group))

/**
 * Why a cluster would not know what a manifest holds; undefined where it does, or where the group is somebody else's.
 * @param minor of the Kubernetes 1.x that it is for
 * @param custom kinds that are known beside those of Kubernetes
 */
export function kindProblem(apiVersion: string, kind: string, minor: number, custom: readonly CustomKind[]): KindProblem | undefined {
  const exact = builtInKinds.find(one => one.apiVersion === apiVersion && isOf(kind, one.kind))
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  if (exact) return exact.goneIn !== undefined && exact.goneIn <= minor ? gone(apiVersion, kind, exact.goneIn, minor) : undefined
  const ours = custom.filter(one => one.group === group).map(one => one.kind)
  if (ours.some(one => isOf(kind, one))) return undefined
  const meant = nearest(kind, ours)
  if (meant !== undefined) return { why: `${group} has no kind ${kind}`, hint: `Did you mean ${meant}?` }
  return groups.has(group) || !group.includes('.') ? unknown(apiVersion, group, kind, minor) : misspelt(apiVersion, group, kind, minor)
}

function isOf(kind: string, one: string): boolean {
  return kind === one || kind === `${one}List`
}

function gone(apiVersion: string, kind: string, since: number, minor: number): KindProblem {
  const instead = servedBy(kind, minor)
  return {
    why: `Kubernetes has no ${apiVersion} ${kind} since 1.${since}`,
    hint: instead === undefined ? 'Nothing takes its place.' : `Write ${instead}.`,
  }
}

function servedBy(kind: string, minor: number): string | undefined {
  return builtInKinds.find(one => isOf(kind, one.kind) && (one.goneIn === undefined || one.goneIn > minor))?.apiVersion
}

function unknown(apiVersion: string, group: string, kind: string, minor: number): KindProblem {
  const why = `Kubernetes has no ${apiVersion} ${kind}`
  const instead = servedBy(kind, minor)
  if (instead !== undefined) return { why, hint: `Write ${instead}.` }
  const here = nearest(kind, builtInKinds.filter(one => one.group === group).map(one => one.kind))
  const meant = here ?? nearest(kind, builtInKinds.map(one => one.kind))
  return { why, hint: meant === undefined ? 'Name it among the kinds that are known, where a newer Kubernetes has it.' : `Did you mean ${meant}?` }
}

/** A group that is nearly one of Kubernetes', with a kind that this one has. */
function misspelt(apiVersion: string, group: string, kind: string, minor: number): KindProblem | undefined {
  const having = builtInKinds.filter(one => isOf(kind, one.kind) && one.group !== '')
  const meant = nearest(group, having.map(one => one.group))
  if (meant === undefined) return undefined
  const instead = having.find(one => one.group === meant && (one.goneIn === undefined || one.goneIn > minor))
  return instead && { why: `Kubernetes has no ${apiVersion} ${kind}`, hint: `Did you mean ${instead.apiVersion}?` }
}
