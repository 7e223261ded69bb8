import type { Sight } from '../../lib/testing/index.ts'

export interface Moment {
  /** What was to be seen before the release. */
  readonly before: Sight
  readonly seen: Sight
  /** What an undisturbed release comes to. */
  readonly whole: Sight
}

/** What is not to be seen as it is: neither as it was nor as it will be, or before what it names, or without what comes with it. */
export function tooEarly({ before, seen, whole }: Moment): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(seen), ...Object.keys(whole)])]
  const wrong = keys.filter(key => seen[key] !== before[key] && seen[key] !== whole[key]).map(key => `${key} is ${seen[key] ?? 'gone'}`)
  return [...wrong, ...rules.flatMap(({ first, names, says }) => {
    const shown = changed(keys, { before, seen, whole }, names)
    const missing = keys.filter(key => first.test(key) && whole[key] !== before[key] && seen[key] !== whole[key])
    return shown.length === 0 ? [] : missing.map(key => `${shown[0]} is to be seen, and ${key} ${says}`)
  })]
}

/** Whether anything of this release is to be seen. */
export function isAnythingNew({ before, seen, whole }: Moment): boolean {
  return changed(Object.keys(whole), { before, seen, whole }, /(?:)/).length > 0
}

function changed(keys: readonly string[], { before, seen, whole }: Moment, which: RegExp): readonly string[] {
  return keys.filter(key => which.test(key) && seen[key] !== before[key] && seen[key] === whole[key])
}

/** What `names` shows has to find `first` there; what belongs together comes at once. */
const rules: readonly { readonly first: RegExp, readonly names: RegExp, readonly says: string }[] = [
  { first: /^image:\d/, names: /^(chart:\d|pages |tap |site )/, says: 'that it names is not' },
  { first: /^github v/, names: /^github v/, says: 'of the same release is not' },
  { first: /^pages /, names: /^pages index/, says: 'that the index lists is not' },
  { first: /^tap /, names: /^tap /, says: 'of the same commit is not' },
  { first: /^site \d/, names: /^site (versions|latest)\.json$/, says: 'that it lists is not' },
  { first: /^bucket \d/, names: /^bucket (versions|latest)\.json$/, says: 'that it lists is not' },
]
