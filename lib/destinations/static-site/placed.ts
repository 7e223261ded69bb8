import type { Content } from '../../contracts/content.ts'
import type { Archive, Checksums } from '../../values/archive.ts'
import type { Artifact, OutlineOf } from '../../values/artifact.ts'
import type { Binary } from '../../values/binary.ts'
import type { ChartPackage } from '../../values/chart.ts'
import type { Demo } from '../../values/demo.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Outline } from '../../values/outline.ts'
import type { SiteFile } from './site-records.ts'

/** What a site takes: single files under their names, and a demo as a folder. */
export type Placed = Archive | Checksums | Binary | ChartPackage | Demo

export function isDemo(outline: Outline): outline is OutlineOf<Demo> {
  return outline.kind === 'demo'
}

/**
 * Where an artifact is on a site: below its version, so that what is there never changes. A binary has a folder of its target.
 * @throws ReleaseError (NAME) for what has no version, or no file name
 */
export function placeOf(outline: Outline): string {
  const { name, version = '', kind, target } = outline
  const file = isDemo(outline) ? outline.folder : name
  if (!/^[\w.+-]+$/.test(version) || /^\.+$/.test(version)) throw refusal(name, 'nothing says which version it is of', 'Send what the release makes of its own version.')
  if (/[/\\\0]/.test(file) || ['', '.', '..', 'index.json'].includes(file.toLowerCase()) || ['files', 'image', 'chart', 'artifact-hub'].includes(kind)) throw refusal(name, 'it is no file name of its own', 'Give it a name without slashes that is not index.json.')
  return `${version}/${kind === 'binary' && target ? `${target.replaceAll('/', '_')}/` : ''}${file}`
}

/** The files of an artifact. @throws ReleaseError (NAME) for a path that cannot be there */
export async function placedFiles(artifact: Artifact, content: Content): Promise<readonly SiteFile[]> {
  const place = placeOf(artifact)
  if (!isDemo(artifact)) return [{ path: place, size: artifact.size, digest: artifact.digest }]
  const { listFiles } = await import('../../clients/unpack-files.ts')
  return (await listFiles(artifact, content)).map(({ path, size, digest }) => {
    if (path.split('/').some(part => ['', '.', '..'].includes(part)) || path.includes('\\')) throw refusal(artifact.name, `${JSON.stringify(path)} is no path below it`, 'Give its files relative paths.')
    return { path: `${place}/${path}`, size, digest }
  })
}

function refusal(name: string, why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot put ${JSON.stringify(name)} on a site: ${why}`, { code: 'NAME', hint })
}
