import type { Json } from '../../values/json.ts'
import { yamlText } from '../yaml-text.ts'
import {
  checkAlternativeName, checkCapabilities, checkCategory, checkChange, checkCrd, checkImage, checkLicense, checkLink, checkMaintainer, checkScreenshot, checkSignKey, checkUrl,
} from './artifact-hub-check.ts'
import type { HubFacts, HubOptions } from './artifact-hub-options.ts'

const prefix = 'artifacthub.io/'

/**
 * The annotations of a Chart.yaml that Artifact Hub reads, sorted; those that nothing is said for are left out. Source:
 * https://github.com/artifacthub/hub/blob/master/docs/helm_annotations.md
 * @throws ReleaseError (USAGE) for what Artifact Hub would refuse, or would pass over
 */
export function hubAnnotations(given: HubOptions & HubFacts): Readonly<Record<string, string>> {
  const { alternativeName, category, changes, crds, crdsExamples, license, links, maintainers, operator, operatorCapabilities, prerelease } = given
  const { images, recommendations, screenshots, signKey, chart, containsSecurityUpdates = changes?.some(({ kind }) => kind === 'security') || undefined } = given
  return sorted({
    alternativeName: alternativeName && checkAlternativeName(alternativeName, chart),
    category: category && checkCategory(category),
    changes: listText(changes, checkChange),
    containsSecurityUpdates: flag(containsSecurityUpdates),
    crds: listText(crds, checkCrd),
    crdsExamples: listText(crdsExamples, one => one),
    images: listText(images, checkImage),
    license: license && checkLicense(license),
    links: listText(links, link => checkLink(link, 'a link')),
    maintainers: listText(maintainers, checkMaintainer),
    operator: flag(operator),
    operatorCapabilities: operatorCapabilities && checkCapabilities(operatorCapabilities),
    prerelease: flag(prerelease),
    recommendations: listText(recommendations, url => ({ url: checkUrl(url, 'a recommendation') })),
    screenshots: listText(screenshots, checkScreenshot),
    signKey: signKey && yamlText(checkSignKey(signKey)),
  })
}

export interface MergedAnnotations {
  /** Those that Chart.yaml has. */
  readonly own: Readonly<Record<string, string>>
  /** What the release knows: images, prerelease, changes, license. */
  readonly computed: Readonly<Record<string, string>>
  /** What build.ts says. */
  readonly given: Readonly<Record<string, string>>
}

/**
 * The annotations of the released Chart.yaml: build.ts goes before Chart.yaml, that before what the release knows; but which
 * images it runs, and whether it is a prerelease, only the release knows.
 */
export function mergeAnnotations({ own, computed, given }: MergedAnnotations): Readonly<Record<string, string>> {
  const ours = Object.entries(computed).filter(([name]) => name === `${prefix}images` || name === `${prefix}prerelease`)
  return Object.fromEntries(Object.entries({ ...computed, ...own, ...given, ...Object.fromEntries(ours) }).sort(([a], [b]) => a < b ? -1 : 1))
}

function listText<T>(list: readonly T[] | undefined, check: (item: T) => Json): string | undefined {
  return list === undefined || list.length === 0 ? undefined : yamlText(list.map(check))
}

/** Annotations are text, truth values too. */
function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function sorted(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const there = Object.entries(values).flatMap(([name, value]) => value === undefined || value === '' ? [] : [[`${prefix}${name}`, value] as const])
  return Object.fromEntries(there.sort(([a], [b]) => a < b ? -1 : 1))
}
