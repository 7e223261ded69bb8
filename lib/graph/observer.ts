import { digestOfValue } from '../values/digest.ts'
import type { Json } from '../values/json.ts'
import type { Observer } from '../contracts/workshop.ts'
import { hintsIn, recallIn } from './recall.ts'
import type { Step } from './step.ts'
import type { WalkOptions } from './walk-options.ts'

/** What a step looks at the outside with; `shared` holds the readings that are the same for every step. */
export function observerFor(
  step: Step, options: Pick<WalkOptions, 'emit' | 'exec' | 'records' | 'elsewhere' | 'fresh' | 'place' | 'temporary'>, signal: AbortSignal, shared: Map<string, Promise<unknown>>,
): Observer {
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const earlier = shared.get(key)
    if (earlier) return earlier as Promise<T>
    const reading = read()
    shared.set(key, reading)
    return reading
  }
  return {
    exec: options.exec(undefined, signal),
    signal,
    place: options.place,
    temporary: options.temporary,
    log: line => options.emit({ type: 'log', step, line }),
    notice: line => options.emit({ type: 'notice', line }),
    once,
    recall: <T extends Json>(key: Json, compute: () => Promise<T>): Promise<T> =>
      once(`recall ${digestOfValue(key)}`, () => recallIn(options.records, options.fresh, options.elsewhere)(key, compute)),
    bundles: options.elsewhere?.bundles,
    hints: hintsIn(options.records, options.fresh),
  }
}
