export interface Timer {
  /** Starts it, or starts it over. */
  start(): void
  stop(): void
}

/** Calls once it has run for so many milliseconds without being stopped. */
export function timer(milliseconds: number, expire: () => void): Timer {
  let running: NodeJS.Timeout | undefined
  const stop = (): void => { clearTimeout(running) }
  return {
    stop,
    start: () => {
      stop()
      // What is waited for keeps the process alive by itself.
      running = setTimeout(expire, milliseconds).unref()
    },
  }
}
