import { type CustomKind, kindProblem } from '../kubernetes-kind-problem.ts'
import { objectNameProblem } from '../kubernetes-name-problem.ts'
import { chartError, type ChartFinding, sortFindings } from './lint/finding.ts'
import { checkFields } from './rendered-fields.ts'
import { type AllowedImages, checkImages } from './rendered-images.ts'
import { objectText, type RenderedObject, renderedObjects } from './rendered-object.ts'

export interface RenderedCheck extends AllowedImages {
  /** Kinds that are known beside those of Kubernetes. */
  readonly kinds: readonly CustomKind[]
  /** The minor of the Kubernetes 1.x that the manifests are for. */
  readonly minor: number
}

/** What is wrong with manifests that Helm rendered, each with its `# Source:`. Sorted by file and message. */
export function checkRendered(rendered: string, check: RenderedCheck): readonly ChartFinding[] {
  const { objects, findings } = renderedObjects(rendered)
  return sortFindings([
    ...findings, ...twice(objects),
    ...objects.flatMap(object => [...checkHead(object, check), ...checkFields(object), ...checkImages(object, check)]),
  ])
}

function checkHead(object: RenderedObject, { kinds, minor }: RenderedCheck): readonly ChartFinding[] {
  const { file, apiVersion, kind, name } = object
  const missing = [['apiVersion', apiVersion], ['kind', kind]].filter(([, value]) => value === '')
  const wrong = missing.length > 0 ? undefined : kindProblem(apiVersion, kind, minor, kinds)
  const misnamed = name === '' ? nameless(object) : objectNameProblem(kind, name)
  return [
    ...missing.map(([field]) => chartError(file, `${objectText(object)}: ${field} is missing`)),
    ...wrong ? [chartError(file, `${objectText(object)}: ${wrong.why}`, { hint: wrong.hint })] : [],
    ...misnamed === undefined ? [] : [chartError(file, `${objectText(object)}: metadata.name ${misnamed}`)],
  ]
}

/** A hook may leave its name to the cluster; a list has none. */
function nameless({ kind, value }: RenderedObject): string | undefined {
  const metadata = value['metadata'] as { readonly generateName?: unknown } | null | undefined
  return kind.endsWith('List') || typeof metadata?.generateName === 'string' ? undefined : 'is missing'
}

/** Hooks come and go, so that two of them may share a name. */
function twice(objects: readonly RenderedObject[]): readonly ChartFinding[] {
  const known = new Map<string, RenderedObject>()
  return objects.flatMap(object => {
    const { apiVersion, kind, namespace, name, file, hook } = object
    if (hook || name === '') return []
    const key = JSON.stringify([apiVersion.replace(/\/?[^/]*$/, ''), kind, namespace, name])
    const first = known.get(key)
    known.set(key, first ?? object)
    return first ? [chartError(file, `${objectText(object)} is rendered twice: ${first.file === file ? 'both times here' : `in ${first.file} too`}`)] : []
  })
}
