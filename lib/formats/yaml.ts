import { LineCounter, parseDocument } from 'yaml'
import { ReleaseError } from '../values/errors.ts'

/**
 * Reads one YAML document strictly: YAML 1.2's core schema, no key twice.
 * @param file what errors call it
 * @returns plain data
 * @throws ReleaseError (FILES) with line and column
 */
export function parseYaml(text: string, file: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const [problem] = document.errors
  if (!problem) return document.toJS()
  const { line, col } = lines.linePos(problem.pos[0])
  throw new ReleaseError(`Cannot read ${file}: line ${line}, column ${col}: ${problem.message}`, { code: 'FILES', hint: 'Correct the file.' })
}
