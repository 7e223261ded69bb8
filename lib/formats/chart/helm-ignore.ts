import { ReleaseError } from '../../values/errors.ts'
import { goMatch } from './go-match.ts'

/** Whether a path, relative to the chart's folder and with forward slashes, is left out; what is in a folder left out is, too. */
export type HelmIgnore = (path: string, isFolder: boolean) => boolean

interface Rule {
  readonly matches: (path: string) => boolean
  readonly negated: boolean
  readonly foldersOnly: boolean
}

/** Lines that are longer end helm's reading. */
const longestLine = 64 * 1024

/**
 * Reads a .helmignore as helm 3.19 and 4.3 do, which is not as git does: the first rule that decides counts, and one with `!`
 * leaves out everything that it does not match. Source: helm's package pkg/ignore.
 * @param text nothing where there is no such file; what begins with a dot in templates/ is left out in any case
 * @param name what errors call the file
 * @throws ReleaseError (FILES) for a line that helm refuses
 */
export function helmIgnore(text: string, name: string): HelmIgnore {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const rules = [...lines, 'templates/.?*'].flatMap((line, at) => ruleOf(line, why => new ReleaseError(`Cannot use ${name}: line ${at + 1} ${why}`, {
    code: 'FILES', hint: 'Write one pattern a line, as helm reads them.',
  })))
  return (path, isFolder) => {
    for (const { matches, negated, foldersOnly } of rules) {
      if (negated && (foldersOnly && !isFolder || !matches(path))) return true
      if (!negated && (isFolder || !foldersOnly) && matches(path)) return true
    }
    return false
  }
}

function ruleOf(line: string, refuse: (why: string) => ReleaseError): readonly Rule[] {
  if (Buffer.byteLength(line) >= longestLine) throw refuse('is too long')
  const rule = line.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '')
  if (rule === '' || rule.startsWith('#')) return []
  if (rule.includes('**')) throw refuse('has two stars, which helm does not know')
  if (!goMatch(rule)) throw refuse(`is no pattern: ${rule}`)
  const negated = rule.startsWith('!')
  const written = negated ? rule.slice(1) : rule
  const foldersOnly = written.endsWith('/')
  const pattern = foldersOnly ? written.slice(0, -1) : written
  // helm 3 takes one more slash away at each look, helm 4 the first alone.
  const match = goMatch(pattern.replace(/^\/+/, '')) ?? (() => false)
  // Without a slash, at the start too, it is the name alone that counts.
  return [{ negated, foldersOnly, matches: pattern.includes('/') ? match : path => match(path.slice(path.lastIndexOf('/') + 1)) }]
}
