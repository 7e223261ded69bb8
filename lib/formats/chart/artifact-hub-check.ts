import { ReleaseError } from '../../values/errors.ts'
import type { Json } from '../../values/json.ts'
import { nearest } from '../../values/nearest.ts'
import { hubCapabilities, hubCategories, hubChangeKinds, type HubChange, type HubCrd, type HubImage, type HubLink, type HubMaintainer, type HubScreenshot, type HubSignKey } from './artifact-hub-options.ts'

/*
 * Each gives what is written for a value, its fields in one order, and refuses what Artifact Hub would refuse (then the whole
 * version is not listed) or show as nothing. Types do not hold back what comes out of files.
 */

export function checkChange({ kind, description, links = [] }: HubChange): Json {
  const known = oneOf(kind, hubChangeKinds, 'a change is of the kind', 'Kinds')
  return { kind: known, description: text(description, 'a change has no description'), ...links.length > 0 && { links: links.map(link => checkLink(link, `the change ${JSON.stringify(description)}`)) } }
}

export function checkLink({ name, url }: HubLink, where: string): Json {
  return { name: text(name, `${where} has a link without a name`), url: checkUrl(url, `the link ${JSON.stringify(name)}`) }
}

export function checkUrl(url: string, where: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw refused(`${where} leads to ${JSON.stringify(url)}, which is no web address`, 'Write one that begins with https://.')
}

/** Name, tag and digest in one: the tag is read by people, the digest is what is scanned. */
export function checkImage({ name, image: { repository, tag, digest, platforms }, whitelisted }: HubImage): Json {
  if (!/^[a-z\d.:/_-]+$/.test(repository) || !/^\w[\w.-]{0,127}$/.test(tag) || !/^sha256:[\da-f]{64}$/.test(digest)) {
    throw refused(`the image ${name} is called ${repository}:${tag}@${digest}, which names no image`, 'Name images as at() and ociRegistry() do.')
  }
  return { name: text(name, 'an image has no name'), image: `${repository}:${tag}@${digest}`, ...whitelisted === undefined ? {} : { whitelisted }, platforms: [...platforms] }
}

export function checkCrd({ kind, version, name, displayName, description }: HubCrd): Json {
  return {
    kind: text(kind, 'a CRD has no kind'), version: text(version, `the CRD ${kind} has no version`), name: text(name, `the CRD ${kind} has no name`),
    ...displayName === undefined ? {} : { displayName }, ...description === undefined ? {} : { description },
  }
}

export function checkMaintainer({ name, email }: HubMaintainer): Json {
  if (/^[^\s@]+@[^\s@]+$/.test(email)) return { name: text(name, 'a maintainer has no name'), email }
  throw refused(`the maintainer ${name} has the email address ${JSON.stringify(email)}, which is none`, 'Artifact Hub tells maintainers apart by their addresses.')
}

export function checkScreenshot({ title, url }: HubScreenshot): Json {
  return { title: text(title, 'a screenshot has no title'), url: checkUrl(url, `the screenshot ${JSON.stringify(title)}`) }
}

export function checkSignKey({ fingerprint, url }: HubSignKey): Json {
  return { fingerprint: text(fingerprint, 'the signKey has no fingerprint'), url: checkUrl(url, 'the signKey') }
}

export function checkCategory(category: string): string {
  return oneOf(category, hubCategories, 'the category is', 'Categories')
}

export function checkCapabilities(capabilities: string): string {
  const known = hubCapabilities.find(one => one.toLowerCase() === capabilities.toLowerCase())
  return known ?? oneOf(capabilities, hubCapabilities, 'operatorCapabilities is', 'Levels')
}

export function checkLicense(license: string): string {
  if (/^[A-Za-z\d][A-Za-z\d.+-]*$/.test(license)) return license
  throw refused(`the license is ${JSON.stringify(license)}, which is no SPDX identifier`, 'Write one of https://spdx.org/licenses, Apache-2.0 for instance.')
}

/** Artifact Hub finds a package by both, so one has to be part of the other. */
export function checkAlternativeName(name: string, chart: string | undefined): string {
  if (chart === undefined || chart.includes(name) || name.includes(chart)) return name
  throw refused(`the alternativeName is ${name}, which is no part of ${chart}, nor is that part of it`, 'Write a longer or a shorter form of the name.')
}

function oneOf(value: string, known: readonly string[], what: string, all: string): string {
  if (known.includes(value)) return value
  const meant = nearest(value, known)
  throw refused(`${what} ${JSON.stringify(value)}, which it does not know`, `${meant === undefined ? '' : `Did you mean ${meant}? `}${all}: ${known.join(', ')}.`)
}

function text(value: string, why: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw refused(why, 'Write one.')
}

function refused(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot describe the chart to Artifact Hub: ${why}`, { code: 'USAGE', hint })
}
