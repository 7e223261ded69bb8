/** Work that goes on beside a run, and that the run waits for at its end. */
export interface Pushes {
  /** Begins something that tells itself what fails. */
  begin(act: () => Promise<void>): void
  /** How much is not done yet. */
  readonly left: () => number
  settled(): Promise<void>
}

export function createPushes(): Pushes {
  const under = new Set<Promise<void>>()
  return {
    begin: act => {
      const begun = act().catch(() => undefined).finally(() => under.delete(begun))
      under.add(begun)
    },
    left: () => under.size,
    settled: async () => { while (under.size > 0) await Promise.all(under) },
  }
}
