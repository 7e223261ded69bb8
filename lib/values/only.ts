import { ReleaseError } from './errors.ts'
import { nearest } from './nearest.ts'
import { platformOf, type Target } from './target.ts'

/**
 * The targets that a list of patterns chooses: `linux/amd64`, `linux`, `linux/*`, `linux/arm` (with every variant), separated by commas.
 * @throws ReleaseError (USAGE) where a pattern chooses none of them, or there is no pattern
 */
export function only(patterns: readonly string[], targets: readonly Target[]): (target: Target) => boolean {
  const wanted = patterns.flatMap(pattern => pattern.split(',')).map(pattern => pattern.trim()).filter(pattern => pattern !== '')
  if (wanted.length === 0) {
    throw new ReleaseError('Cannot build only some targets: none is named', { code: 'USAGE', hint: `The targets: ${targets.join(' ')}.` })
  }
  for (const pattern of wanted) if (!targets.some(target => matches(pattern, target))) throw chosenNone(pattern, targets)
  return target => wanted.some(pattern => matches(pattern, target))
}

function matches(pattern: string, target: Target): boolean {
  const { os, architecture, variant } = platformOf(target)
  const [wantedOs, wantedArchitecture = '*', wantedVariant = '*', ...rest] = pattern.split('/')
  return rest.length === 0 && fits(wantedOs, os) && fits(wantedArchitecture, architecture) && fits(wantedVariant, variant)
}

function fits(wanted: string | undefined, found: string | undefined): boolean {
  return wanted === '*' || wanted === found
}

function chosenNone(pattern: string, targets: readonly Target[]): ReleaseError {
  const suggestion = nearest(pattern, [...targets, ...targets.map(target => platformOf(target).os)])
  return new ReleaseError(`Cannot build only ${pattern}: no target of this release is called that`, {
    code: 'USAGE', hint: suggestion ? `Did you mean ${suggestion}? The targets: ${targets.join(' ')}.` : `The targets: ${targets.join(' ')}.`,
  })
}
