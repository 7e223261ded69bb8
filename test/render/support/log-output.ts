import { Writable } from 'node:stream'

/** Output that is no terminal, as in a CI log. */
export interface LogOutput {
  readonly stream: NodeJS.WriteStream
  /** What was written, every time as `<time>`. */
  text(): string
}

/** Opens an output that keeps what is written. */
export function logOutput(): LogOutput {
  const chunks: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  })
  return {
    stream: stream as NodeJS.WriteStream,
    text: () => chunks.join('').replaceAll(/\d+(?:\.\d+)? s(?![a-z])/g, '<time>'),
  }
}
