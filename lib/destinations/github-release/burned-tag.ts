import { ReleaseError } from '../../values/errors.ts'
import type { Here } from './options.ts'

/** An immutable release that was deleted has used up its tag. */
export function burnedTag({ name, tag }: Pick<Here, 'name' | 'tag'>, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot publish ${tag} at ${name}: an immutable release had this tag once, and no other one ever can`, {
    code: 'DESTINATION', hint: 'Release the next version.', cause,
  })
}
