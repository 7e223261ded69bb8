import { StringDecoder } from 'node:string_decoder'

/** What the Engine reports while it builds or loads: Docker Engine API 1.41, "Build an image". */
export interface EngineEvent {
  readonly id?: string
  readonly stream?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
  /** An object of the classic builder, or a report of BuildKit's in base64. */
  readonly aux?: { readonly ID?: string } | string
}

/** The reports of an answer, one JSON object a line, as they come; dockerode's own followProgress keeps them all, and throws where nobody can catch it. */
export async function* engineEvents(answer: AsyncIterable<Uint8Array | string>): AsyncGenerator<EngineEvent> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const part of answer) {
    const lines = (rest + decoder.write(Buffer.from(part as Uint8Array))).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield* eventOf(line)
  }
  yield* eventOf(rest)
}

function* eventOf(line: string): Generator<EngineEvent> {
  if (line.trim() === '') return
  try {
    const event: unknown = JSON.parse(line)
    if (typeof event === 'object' && event !== null) yield event
  } catch {
    yield { stream: line }   // a proxy in between that has something to say
  }
}
