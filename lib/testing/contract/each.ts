/** Does something with each of these, with so many at once; the first error ends it. */
export async function each<T>(all: readonly T[], atOnce: number = 1, act: (one: T, index: number) => Promise<void>): Promise<void> {
  const left = all.entries()
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, async () => {
    for (const [index, one] of left) await act(one, index)
  }))
}
