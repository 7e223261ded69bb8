import type { Content } from '../../contracts/content.ts'
import type { Archive, Checksums } from '../../values/archive.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Binary } from '../../values/binary.ts'
import type { ChartPackage } from '../../values/chart.ts'
import type { Demo } from '../../values/demo.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { FileEntry } from '../../values/files.ts'
import type { Outline } from '../../values/outline.ts'
import { isPath, recordFolder } from './tap-record.ts'

/** What a tap takes: a demo, whose files lie in the tap's folder itself, and single files under their names. */
export type Tapped = Demo | Archive | Checksums | Binary | ChartPackage

export function isDemo(outline: Outline): boolean {
  return outline.kind === 'demo'
}

/** Where a single file is, relative to the tap's folder; nothing for a demo. @throws ReleaseError (NAME) for what has no name of its own there */
export function pathOf(outline: Outline): string {
  if (isDemo(outline)) return ''
  if (isPlain(outline.name) && !outline.name.includes('/') && !['files', 'image', 'chart', 'artifact-hub'].includes(outline.kind)) return outline.name
  throw new ReleaseError(`Cannot put ${JSON.stringify(outline.name)} into a tap: it is no file name`, { code: 'NAME', hint: 'Send files that have names without slashes, or what compose() makes.' })
}

/** The files of an artifact, relative to the tap's folder. @throws ReleaseError (NAME) for a path that cannot be there */
export async function tappedFiles(artifact: Artifact, content: Content): Promise<readonly FileEntry[]> {
  if (!isDemo(artifact)) return [{ path: pathOf(artifact), mode: artifact.kind === 'binary' ? 0o755 : 0o644, size: artifact.size, digest: artifact.digest }]
  const { listFiles } = await import('../../clients/unpack-files.ts')
  const files = await listFiles(artifact, content)
  const wrong = files.find(({ path }) => !isPlain(path))
  if (!wrong) return files
  throw new ReleaseError(`Cannot put ${artifact.name} into a tap: ${JSON.stringify(wrong.path)} is no path that a file can have there`, { code: 'NAME', hint: `Give it a relative path outside ${recordFolder}/ and .git/.` })
}

function isPlain(path: string): boolean {
  return isPath(path) && path.split('/')[0] !== recordFolder
}
