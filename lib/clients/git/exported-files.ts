import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

/**
 * The files below a folder that git tracks, in submodules too, and that .gitattributes does not mark `export-ignore`:
 * relative paths with forward slashes.
 */
export async function exportedFiles(exec: Exec, folder: string): Promise<readonly string[]> {
  const paths = (await runGit(exec, folder, ['ls-files', '-z', '--recurse-submodules'])).split('\0').filter(path => path !== '')
  const answer = await runGit(exec, folder, ['check-attr', '-z', '--stdin', 'export-ignore'], paths.join('\0'))
  const ignored = new Set<string>()
  const fields = answer.split('\0')
  for (let at = 0; at + 2 < fields.length; at += 3) if (fields[at + 2] === 'set') ignored.add(fields[at] as string)
  return paths.filter(path => !isIgnored(path, ignored))
}

/** A folder that is marked takes all that is in it along. */
function isIgnored(path: string, ignored: ReadonlySet<string>): boolean {
  if (ignored.has(path)) return true
  const parts = path.split('/')
  return parts.some((_, index) => ignored.has(parts.slice(0, index).join('/')))
}
