/** Runs work as soon as one of a few places is free. */
export type Places = <T>(work: () => Promise<T>) => Promise<T>

/**
 * So many places for work. Whoever waits for other work must do that outside of a place.
 * @param check asked before each start; what it throws is thrown in place of starting
 */
export function placesFor(count: number, check: () => void): Places {
  const waiting: (() => void)[] = []
  let free = count
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  return async work => {
    await enter()
    try {
      check()
      return await work()
    } finally {
      leave()
    }
  }
}
