import { ReleaseError } from '../../values/errors.ts'

/** Keys from the root of a document: `image.tag`, or the keys themselves where one has a dot: `['annotations', 'example.com/a']`. */
export type YamlPath = string | readonly string[]

/** @throws ReleaseError (USAGE) where a path has no key, or an empty one between dots */
export function pathKeys(path: YamlPath, file: string): readonly string[] {
  const keys = typeof path === 'string' ? path.split('.') : path
  if (keys.length > 0 && (typeof path !== 'string' || !keys.includes(''))) return keys
  throw new ReleaseError(`Cannot edit ${file}: ${JSON.stringify(path)} is no path`, { code: 'USAGE', hint: 'Write the keys with dots between them: image.tag.' })
}

export function pathText(keys: readonly string[]): string {
  return keys.map(key => /^[^."\s]+$/.test(key) ? key : JSON.stringify(key)).join('.')
}

/** @throws ReleaseError (USAGE) where a path comes twice, or leads through another */
export function checkPaths(paths: readonly (readonly string[])[], file: string): void {
  paths.forEach((keys, index) => {
    const over = paths.slice(0, index).find(other => keys.every((key, at) => at >= other.length || other[at] === key))
    if (!over) return
    const what = over.length === keys.length ? `${pathText(keys)} is set twice` : `${pathText(over)} and ${pathText(keys)} are both set, and one is in the other`
    throw new ReleaseError(`Cannot edit ${file}: ${what}`, { code: 'USAGE', hint: 'Set each place once.' })
  })
}
