/** Does something with each of these, with so many at once. After an error no further one is begun; it is thrown when all have ended. */
export async function each<T>(all: readonly T[], atOnce: number = 1, act: (one: T, index: number) => Promise<void>): Promise<void> {
  const left = all.entries()
  const errors: unknown[] = []
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, async () => {
    for (const [index, one] of left) {
      if (errors.length > 0) return
      await act(one, index).catch((error: unknown) => { errors.push(error) })
    }
  }))
  if (errors.length > 0) throw errors[0]
}
