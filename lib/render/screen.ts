import { stripVTControlCharacters } from 'node:util'

type Write = NodeJS.WriteStream['write']

const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'

/**
 * A terminal whose lowest lines are drawn again and again, while lines that stay scroll by above them. Whatever else the
 * process prints on a terminal meanwhile becomes lines that stay, so that it is neither lost nor drawn over.
 */
export class Screen {
  /** What the drawing goes to; its size is always the terminal's own. */
  readonly stream: NodeJS.WriteStream
  readonly #output: NodeJS.WriteStream
  readonly #write: (text: string) => void
  readonly #taken = new Map<NodeJS.WriteStream, Write>()
  #drawn = ''
  #waiting: string[] = []
  #partial = ''

  constructor(output: NodeJS.WriteStream) {
    this.#output = output
    const write: (text: string) => boolean = output.write.bind(output)
    this.#write = text => { write(text) }
    this.stream = Object.create(output) as NodeJS.WriteStream
    this.stream.write = (text: string | Uint8Array) => {
      this.#drawn = withoutErasing(String(text))
      return write(String(text))
    }
  }

  get columns(): number { return this.#output.columns || 80 }
  get rows(): number { return this.#output.rows || 24 }

  /** Takes the terminal over, until `release` or the end of the process. */
  take(): void {
    this.#write(hideCursor)
    for (const stream of new Set([this.#output, process.stdout, process.stderr])) {
      if (!stream.isTTY) continue
      this.#taken.set(stream, stream.write)
      stream.write = this.#capture
    }
    this.#output.on('resize', this.#reflow)
    process.once('exit', this.release)
  }

  release = (): void => {
    for (const [stream, write] of this.#taken) stream.write = write
    this.#taken.clear()
    this.#output.off('resize', this.#reflow)
    process.off('exit', this.release)
    this.conclude('')
    this.#write(showCursor)
  }

  /** Puts a line that stays above the drawing, with the next `flush`; at once where nothing is drawn. */
  print(line: string): void {
    this.#waiting.push(harmless(line))
    if (this.#taken.size === 0) this.flush()
  }

  flush(): void {
    if (this.#waiting.length === 0) return
    const lines = this.#waiting.map(line => `${line}\n`).join('')
    this.#waiting = []
    this.#write(`${toTop(heightOf(this.#drawn))}${lines}${this.#drawn}`)
  }

  /** Writes below everything, for good. */
  conclude(text: string): void {
    if (this.#partial !== '') this.print(this.#partial)
    this.#partial = ''
    this.flush()
    this.#drawn = ''
    if (text !== '') this.#write(`${text}\n`)
  }

  #capture = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    const lines = `${this.#partial}${typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()}`
      .replaceAll(hideCursor, '').replaceAll(showCursor, '').split('\n')
    this.#partial = lines.pop() ?? ''
    for (const line of lines) this.print(line)
    const done = rest.findLast(one => typeof one === 'function')
    if (done) process.nextTick(done)
    return true
  }

  /** A narrower terminal breaks lines that were drawn into several: they are all taken away, and their number is kept. */
  #reflow = (): void => {
    const height = heightOf(this.#drawn)
    const broken = this.#drawn.split('\n').slice(0, -1)
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / this.columns)), 0)
    if (broken <= height) return
    this.#drawn = '\n'.repeat(height)
    this.#write(`${toTop(broken)}${this.#drawn}`)
  }
}

function heightOf(text: string): number {
  return text.split('\n').length - 1
}

/** From the line below so many lines to the beginning of the first; everything from there on is erased. */
function toTop(lines: number): string {
  return `\r${lines > 0 ? `\u001B[${lines}A` : ''}\u001B[J`
}

/** What is left of a text that begins with erasing what was drawn before. */
function withoutErasing(text: string): string {
  return text.replace(/^(?:\u001B\[(?:2K|1A|G))+/, '')
}

/** A line that cannot move the cursor; colours are left. */
function harmless(line: string): string {
  const plain = line.replaceAll(/\u001B\[[\d;?]*[@-ln-~]|\r/g, '')
  return plain.includes('\u001B') ? `${plain}\u001B[0m` : plain
}
