import { StringDecoder } from 'node:string_decoder'

/** Cuts what a stream brings into lines; of one that draws over itself with carriage returns the last state counts. */
export function lines(line: (text: string) => void): (chunk: Uint8Array) => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return chunk => {
    const [first = '', ...others] = decoder.write(Buffer.from(chunk)).split('\n')
    const whole = [rest + first, ...others]
    rest = whole.pop() ?? ''
    for (const text of whole) line(lastState(text))
  }
}

function lastState(text: string): string {
  const drawn = text.replace(/\r+$/, '')
  return drawn.slice(drawn.lastIndexOf('\r') + 1)
}
