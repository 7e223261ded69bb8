import { posix } from 'node:path'
import { ReleaseError } from '../values/errors.ts'

export interface DockerIgnore {
  /** Whether a path, relative and with forward slashes, is left out: it, or a folder that it lies in. The last line that fits decides. */
  ignores(path: string): boolean
  /** Whether lines with `!` take something back in, so that a folder that is left out may have something in it that is not. */
  readonly hasExceptions: boolean
}

interface Rule {
  readonly pattern: RegExp
  readonly exception: boolean
}

/**
 * Reads a .dockerignore. Source: Docker's documentation, "build context", ".dockerignore files", and what its package
 * moby/patternmatcher does: Go's filepath.Match and `**`, case and all.
 * @param name what errors call the file
 * @throws ReleaseError (FILES) for a line that is no pattern
 */
export function dockerIgnore(text: string, name: string): DockerIgnore {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const rules = lines.flatMap((line, at) => {
    const rule = ruleOf(line)
    if (rule === 'none') return []
    if (rule !== 'bad') return [rule]
    throw new ReleaseError(`Cannot use ${name}: line ${at + 1} is no pattern: ${line.trim()}`, { code: 'FILES', hint: 'Close brackets, and end with no backslash.' })
  })
  return {
    hasExceptions: rules.some(({ exception }) => exception),
    ignores: path => {
      const parts = path.split('/')
      const paths = parts.map((_, at) => parts.slice(0, at + 1).join('/'))
      return rules.reduce((ignored, { pattern, exception }) =>
        exception === ignored && paths.some(one => pattern.test(one)) ? !exception : ignored, false)
    },
  }
}

/** A comment starts at the line's start, before white space is taken away. */
function ruleOf(line: string): Rule | 'none' | 'bad' {
  const text = line.trim()
  if (line.startsWith('#') || text === '') return 'none'
  const exception = text.startsWith('!')
  const written = exception ? text.slice(1).trim() : text
  if (written === '') return 'bad'
  // A leading slash says nothing, nor does one at the end.
  const pattern = posix.normalize(written).replace(/(?<=.)\/$/, '').replace(/^\/(?=.)/, '')
  const compiled = compile(pattern)
  return compiled ? { pattern: compiled, exception } : 'bad'
}

const classOf = /\[\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\]/su
const token = new RegExp(`\\*\\*/?|\\\\.|${classOf.source}|.`, 'gsu')

function compile(pattern: string): RegExp | undefined {
  const tokens = pattern.match(token) ?? []
  if (tokens.some(one => one === '[' || one === '\\')) return undefined
  const [first, ...others] = tokens
  // Only at the start, and before nothing but text, does `**` without a slash stand for a part of a name.
  const anywhere = first === '**' && others.every(one => !/^[*?[\\]/.test(one))
  const source = tokens.map((one, at) => {
    if (one.startsWith('**')) return at === tokens.length - 1 || anywhere ? '.*' : '(?:.*/)?'
    if (one === '*') return '[^/]*'
    if (one === '?') return '[^/]'
    if (one.length > 1 && one.startsWith('[')) return one.replace(/\\(.)/gsu, (_, char: string) => char === '-' ? '\\-' : literal(char))
    return literal(one.length > 1 && one.startsWith('\\') ? one.slice(1) : one)
  })
  try {
    return new RegExp(`^${source.join('')}$`, 'su')
  } catch {
    return undefined   // a range that ends before it starts
  }
}

function literal(char: string): string {
  return /[$()*+.?[\\\]^{|}/]/.test(char) ? `\\${char}` : char
}
