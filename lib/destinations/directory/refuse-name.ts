import { ReleaseError } from '../../values/errors.ts'
import type { Outline } from '../../values/outline.ts'

/** @throws ReleaseError (NAME) for what cannot lie in a directory under its name */
export function refuseName({ name, kind }: Outline): void {
  if (kind === 'files') {
    throw new ReleaseError(`Cannot publish the files ${name} in a directory: they are a list of files, not a file`, {
      code: 'NAME', hint: 'Put them into an archive, and send that.',
    })
  }
  // These have a folder of their own, below images/ or charts/, and no file of their name.
  if (kind === 'image' || kind === 'artifact-hub') return
  // Where letters of both cases are one, RELEASE.JSON is release.json.
  if (!/[/\\\0]/.test(name) && !['', '.', '..', 'release.json', 'images', 'charts'].includes(name.toLowerCase())) return
  throw new ReleaseError(`Cannot publish an artifact called ${JSON.stringify(name)} in a directory: it is no file name of its own`, {
    code: 'NAME', hint: 'Give it a name without slashes that is not release.json, images or charts.',
  })
}
