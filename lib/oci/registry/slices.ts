/** Reads any part of bytes that can only be opened at their beginning; parts that follow each other are read in one go. */
export interface Slices {
  read(offset: number, length: number): AsyncIterable<Uint8Array>
  /** Nothing more is read. */
  close(): Promise<void>
}

interface Session {
  readonly parts: AsyncIterator<Uint8Array>
  /** Of the first byte that was not read yet. */
  offset: number
  rest: Uint8Array
  /** A slice that was given up may still be on its way; nobody else uses its session. */
  busy: boolean
}

export function slicesOf(open: () => AsyncIterable<Uint8Array>): Slices {
  let current: Session | undefined
  const close = async (): Promise<void> => {
    const ended = current
    current = undefined
    if (ended && !ended.busy) await ended.parts.return?.()
  }
  const at = async (offset: number): Promise<Session> => {
    if (current && !current.busy && current.offset === offset) return current
    await close()
    return current = { parts: open()[Symbol.asyncIterator](), offset: 0, rest: new Uint8Array(), busy: false }
  }
  return {
    close,
    read: async function* (offset, length) {
      const session = await at(offset)
      session.busy = true
      for (const end = offset + length; session.offset < end;) {
        const part = session.rest.length > 0 ? session.rest : await nextOf(session)
        if (!part) return   // whoever sends it counts
        const taken = part.subarray(0, (session.offset < offset ? offset : end) - session.offset)
        session.rest = part.subarray(taken.length)
        session.offset += taken.length
        if (session.offset > offset && taken.length > 0) yield taken
      }
      session.busy = false
    },
  }
}

async function nextOf({ parts }: Session): Promise<Uint8Array | undefined> {
  for (;;) {
    const next = await parts.next()
    if (next.done) return undefined
    if (next.value.length > 0) return next.value
  }
}
