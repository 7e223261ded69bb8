import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

/**
 * The files below a folder that git tracks, in submodules too, and that .gitattributes does not mark `export-ignore`:
 * relative paths with forward slashes.
 */
export async function exportedFiles(exec: Exec, folder: string): Promise<readonly string[]> {
  const paths = (await runGit(exec, folder, ['ls-files', '-z', '--recurse-submodules'])).split('\0').filter(path => path !== '')
  // A mark on a folder is one on no file in it: folders are asked for, too.
  const folders = new Set(paths.flatMap(foldersOf))
  const answer = await runGit(exec, folder, ['check-attr', '-z', '--stdin', 'export-ignore'], [...paths, ...folders].join('\0'))
  const ignored = new Set<string>()
  const fields = answer.split('\0')
  for (let at = 0; at + 2 < fields.length; at += 3) if (fields[at + 2] === 'set') ignored.add(fields[at] as string)
  return paths.filter(path => ![path, ...foldersOf(path)].some(marked => ignored.has(marked)))
}

/** Every folder that a file is in, as git names folders: `docs/`, `docs/images/`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/`)
}
