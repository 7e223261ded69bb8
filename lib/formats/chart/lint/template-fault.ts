/** What Go's text/template would refuse, and on which line, counted from 1. */
export class TemplateFault extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}
