import { ReleaseError } from '../../values/errors.ts'

/** An error about a place in a YAML file. Lines and columns count from 1. */
export function refusal(file: string, text: string, at: number, why: string, hint: string): ReleaseError {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  return new ReleaseError(`Cannot edit ${file}: line ${line}, column ${column}: ${why}`, { code: 'FILES', hint })
}
