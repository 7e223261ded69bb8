/** A field of a message: its number, and its bytes where it has any. */
interface Field {
  readonly number: number
  readonly bytes: Buffer
}

/**
 * Reads BuildKit's reports (`moby.buildkit.trace`, base64) as lines for a log: each step as it starts, what it prints, what it
 * warns of, its error. Source: BuildKit's api/services/control/control.proto, "StatusResponse".
 */
export function buildkitTrace(): (report: string) => readonly string[] {
  const started = new Set<string>()
  const vertex = (bytes: Buffer): readonly string[] => {
    const { 1: digest = '', 3: name = '', 4: cached, 5: start, 7: error } = textsOf(bytes)
    const begins = start !== undefined && !started.has(digest)
    if (begins) started.add(digest)
    return [...begins ? [`${cached === undefined ? '' : 'CACHED '}${name}`] : [], ...error ? [`ERROR: ${error}`] : []]
  }
  return report => fieldsOf(Buffer.from(report, 'base64')).flatMap(({ number, bytes }) => {
    if (number === 1) return vertex(bytes)
    if (number === 3) return linesOf(textsOf(bytes)[4] ?? '')
    return number === 4 ? linesOf(textsOf(bytes)[3] ?? '').map(line => `WARNING: ${line}`) : []
  })
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).filter(line => line.trim() !== '')
}

/** The last value of each field as text; an empty one for a number that is not 0. */
function textsOf(bytes: Buffer): Readonly<Record<number, string>> {
  return Object.fromEntries(fieldsOf(bytes).map(field => [field.number, field.bytes.toString()]))
}

/** The wire format of Protocol Buffers, "Message Structure". What is cut short ends the list. */
function fieldsOf(message: Buffer): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; at < message.length; scale *= 128) {
      const byte = message[at] ?? 0
      at += 1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) break
    }
    return value
  }
  const take = (length: number): Buffer => message.subarray(at, at += length)
  while (at < message.length) {
    const tag = varint()
    const [number, kind] = [Math.floor(tag / 8), tag % 8]
    const bytes = kind === 2 ? take(varint()) : kind === 1 ? take(8) : kind === 5 ? take(4) : Buffer.alloc(0)
    if (kind === 0 && varint() === 0) continue
    fields.push({ number, bytes })
  }
  return fields
}
