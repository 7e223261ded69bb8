import { ReleaseError } from '../../values/errors.ts'

type Bytes = AsyncIterable<Uint8Array>

/** Says of every error which side of a copy failed. */
export interface Sides {
  reading<T>(read: () => Promise<T>): Promise<T>
  writing<T>(write: () => Promise<T>): Promise<T>
  /** Writes bytes that are read on the way: where they cannot be read, that is the error, whatever the writer makes of it. */
  transfer(open: () => Bytes, write: (open: () => Bytes) => Promise<void>): Promise<void>
}

/** Puts what is copied and the side before the reason: `Cannot copy sha256:...: reading from registry.example/app: ...`. */
export function sidesOf(what: string, from: string, to: string): Sides {
  const failed = (side: string, error: unknown): unknown => {
    if (!(error instanceof ReleaseError) || error.code === 'CANCELLED') return error
    const { code, hint, output, cause } = error
    return new ReleaseError(`Cannot copy ${what}: ${side}: ${error.message}`, {
      // The cause may say which blob of the cache is damaged, so that it is made again.
      code, ...hint !== undefined && { hint }, ...output !== undefined && { output }, cause: cause ?? error,
    })
  }
  const saying = (side: string) => async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (error) {
      throw failed(side, error)
    }
  }
  const [reading, writing] = [saying(`reading from ${from}`), saying(`writing to ${to}`)]
  const transfer: Sides['transfer'] = async (open, write) => {
    let broken: { readonly error: unknown } | undefined
    const opened = async function* (): Bytes {
      broken = undefined
      try {
        yield* open()
      } catch (error) {
        broken = { error }
        throw error
      }
    }
    await write(opened).catch((error: unknown) => {
      throw broken ? failed(`reading from ${from}`, broken.error) : failed(`writing to ${to}`, error)
    })
  }
  return { reading, writing, transfer }
}
