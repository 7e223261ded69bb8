import type { ReleasedImage } from '../../values/released-image.ts'
import { isMapping } from '../mapping.ts'
import { chartError, type ChartFinding } from './lint/finding.ts'
import { objectText, type RenderedObject } from './rendered-object.ts'

/** An image that a manifest names, and where. */
interface NamedImage {
  /** `spec.template.spec.containers[0].image` */
  readonly path: string
  readonly image: unknown
}

export interface AllowedImages {
  readonly released: readonly ReleasedImage[]
  /** Images of others that need no digest: `busybox:1.37`, or `docker.io/library/busybox` with any tag but latest. */
  readonly allow: readonly string[]
}

/** Images that are neither released nor pinned. */
export function checkImages(object: RenderedObject, allowed: AllowedImages): readonly ChartFinding[] {
  return imagesIn(object.value, '').flatMap(({ path, image }) => {
    const { why, hint } = typeof image === 'string' && image !== '' ? imageProblem(image, allowed) ?? {} : { why: 'names no image' }
    return why === undefined ? [] : [chartError(object.file, `${objectText(object)}: ${path} ${why}`, hint === undefined ? {} : { hint })]
  })
}

const lists = new Set(['containers', 'initContainers', 'ephemeralContainers'])

/** Whatever holds containers, custom kinds included, and volumes that are images. */
function imagesIn(value: unknown, path: string): readonly NamedImage[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => imagesIn(item, `${path}[${index}]`))
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = path === '' ? key : `${path}.${key}`
    if (lists.has(key) && Array.isArray(inner)) return inner.flatMap((one: unknown, index) => imageOf(one, `${place}[${index}].image`))
    if (key === 'volumes' && Array.isArray(inner)) return inner.flatMap((one: unknown, index) => volumeOf(one, `${place}[${index}].image.reference`))
    return imagesIn(inner, place)
  })
}

function imageOf(container: unknown, path: string): readonly NamedImage[] {
  return isMapping(container) ? [{ path, image: container['image'] }] : []
}

function volumeOf(volume: unknown, path: string): readonly NamedImage[] {
  const image = isMapping(volume) ? volume['image'] : undefined
  return isMapping(image) ? [{ path, image: image['reference'] }] : []
}

interface ImageProblem {
  readonly why: string
  readonly hint?: string
}

function imageProblem(image: string, { released, allow }: AllowedImages): ImageProblem | undefined {
  const { repository, tag, digest } = partsOf(image)
  if (!/^[a-z\d:._/[\]-]+$/i.test(repository) || tag === '' || !/^(sha256:[\da-f]{64})?$/.test(digest ?? '')) {
    return { why: `is ${JSON.stringify(image)}, which is no reference of an image` }
  }
  const ours = released.filter(one => partsOf(one.repository).repository === repository)
  if (ours.length > 0) return releasedProblem(image, tag, digest, ours)
  if (digest !== undefined) return undefined
  if (tag === undefined || tag === 'latest') return { why: `is ${image}, which is another image from day to day`, hint: 'Pin it by digest.' }
  const known = allow.map(partsOf).some(one => one.repository === repository && (one.tag === undefined || one.tag === tag))
  return known ? undefined : { why: `is ${image}, which has no digest`, hint: 'Pin it by digest, or name it in allowImages of chart().' }
}

/** What the release made is named by its digest, and by no other. */
function releasedProblem(image: string, tag: string | undefined, digest: string | undefined, ours: readonly ReleasedImage[]): ImageProblem | undefined {
  const which = `The release has ${ours.map(one => `${one.tag} (${one.digest})`).join(', ')}.`
  if (digest === undefined) return { why: `is ${image}, without the digest of a released image`, hint: which }
  const same = ours.filter(one => one.digest === digest)
  if (same.length === 0) return { why: `is ${image}, which this release did not make`, hint: which }
  if (tag === undefined || same.some(one => one.tag === tag)) return undefined
  return { why: `is ${image}, whose tag is that of another image`, hint: `The digest is that of ${same.map(one => one.tag).join(', ')}.` }
}

interface Parts {
  /** With host and all: `docker.io/library/alpine`. */
  readonly repository: string
  readonly tag?: string
  readonly digest?: string
}

/** Source: https://pkg.go.dev/github.com/distribution/reference, "grammar"; names without a host are Docker Hub's. */
function partsOf(image: string): Parts {
  const [name = '', digest] = image.split('@')
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1)
  const path = colon < 0 ? name : name.slice(0, colon)
  return { repository: whole(path), ...colon >= 0 && { tag: name.slice(colon + 1) }, ...digest !== undefined && { digest } }
}

function whole(path: string): string {
  const [first = '', ...rest] = path.split('/')
  const hosted = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const host = hosted ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io'
  const below = hosted ? rest.join('/') : path
  return host === 'docker.io' && !below.includes('/') ? `docker.io/library/${below}` : `${host}/${below}`
}
