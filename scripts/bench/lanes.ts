import { availableParallelism } from 'node:os'

/** Does all of them, as many at a time as there are cores, in their order. */
export async function lanes<T>(jobs: readonly T[], act: (job: T) => Promise<void>): Promise<void> {
  const waiting = [...jobs]
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await act(job)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
}
