import { ReleaseError } from '../../values/errors.ts'
import { nearest } from '../../values/nearest.ts'
import { parseYaml } from '../yaml.ts'
import { hubCapabilities, hubCategories, hubChangeKinds } from './artifact-hub-options.ts'

type Fields = Readonly<Record<string, unknown>>
/** What is wrong with an annotation, as the end of a sentence. */
type Problem = string | undefined

const prefix = 'artifacthub.io/'

/**
 * Refuses annotations that somebody wrote and that Artifact Hub refuses, because it lists no version then that has one; and
 * names that it passes over for a letter or two. Source: its documentation of Helm annotations, and what its tracker accepts.
 * @param annotations of a Chart.yaml; those of others are passed over
 * @param file what errors call it
 * @throws ReleaseError (FILES)
 */
export function checkHubAnnotations(annotations: Readonly<Record<string, string>>, file: string): void {
  for (const [full, value] of Object.entries(annotations)) {
    if (!full.startsWith(prefix)) continue
    const name = full.slice(prefix.length)
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    const meant = check ? undefined : nearest(name, Object.keys(checks))
    if (meant !== undefined) throw refused(file, full, 'is none that Artifact Hub knows', `Did you mean ${prefix}${meant}?`)
    const why = check?.(value)
    if (why !== undefined) throw refused(file, full, why, 'Artifact Hub lists no version with it: correct it.')
  }
}

const checks: Readonly<Record<string, (value: string) => Problem>> = {
  alternativeName: () => undefined,
  category: value => hubCategories.some(one => one === value) ? undefined : `is ${JSON.stringify(value)}, none of ${hubCategories.join(', ')}`,
  changes: value => listed(value, one => typeof one === 'string' ? undefined : changeProblem(one)),
  containsSecurityUpdates: truth,
  crds: value => listed(value, () => undefined),
  crdsExamples: value => listed(value, () => undefined),
  images: value => listed(value, one => isFields(one) && isReference(one['image']) ? undefined : 'has no image that names one'),
  license: () => undefined,
  links: value => listed(value, linkProblem),
  maintainers: value => listed(value, one => isFields(one) && isText(one['email']) ? undefined : 'has no email'),
  operator: truth,
  operatorCapabilities: value => hubCapabilities.some(one => one.toLowerCase() === value.toLowerCase()) ? undefined : `is ${JSON.stringify(value)}, none of ${hubCapabilities.join(', ')}`,
  prerelease: truth,
  recommendations: value => listed(value, one => isFields(one) && isText(one['url']) ? undefined : 'has no url'),
  screenshots: value => listed(value, one => isFields(one) && isText(one['url']) ? undefined : 'has no url'),
  signKey: value => {
    const key = read(value)
    return isFields(key) && isText(key['url']) ? undefined : 'has no url'
  },
}

/** What Go's strconv.ParseBool takes. */
function truth(value: string): Problem {
  return /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value) ? undefined : `is ${JSON.stringify(value)}, neither true nor false`
}

function listed(value: string, check: (item: unknown) => Problem): Problem {
  const items = read(value)
  if (!Array.isArray(items)) return 'is no list in YAML'
  const problems = items.map((item: unknown, index) => ({ index, why: check(item) }))
  const found = problems.find(({ why }) => why !== undefined)
  return found && `has an item ${found.index + 1} that ${found.why}`
}

function changeProblem(change: unknown): Problem {
  if (!isFields(change)) return 'is no change'
  const { kind, description, links = [] } = change
  if (kind !== undefined && kind !== '' && !hubChangeKinds.some(one => typeof kind === 'string' && one === kind.toLowerCase())) return `is of the kind ${JSON.stringify(kind)}, none of ${hubChangeKinds.join(', ')}`
  if (!isText(description)) return 'has no description'
  return Array.isArray(links) ? links.map(linkProblem).find(why => why !== undefined) : 'has links that are no list'
}

function linkProblem(link: unknown): Problem {
  if (!isFields(link) || !isText(link['name'])) return 'has no name for a link'
  return isText(link['url']) ? undefined : 'has no url for a link'
}

/** A reference as Docker writes it, short of what only a registry can tell. */
function isReference(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[\w.-]+(?::\d+)?\/)?[a-z\d._/-]+(?::\w[\w.-]{0,127})?(?:@sha256:[\da-f]{64})?$/.test(value)
}

function read(value: string): unknown {
  try {
    return parseYaml(value, 'an annotation')
  } catch (error) {
    if (error instanceof ReleaseError) return undefined
    throw error
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' ? value.trim() !== '' : typeof value === 'number' || typeof value === 'boolean'
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(file: string, name: string, why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot use ${file}: the annotation ${name} ${why}`, { code: 'FILES', hint })
}
