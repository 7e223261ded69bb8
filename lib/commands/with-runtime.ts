import { openRuntime, type Runtime } from '../runtime.ts'
import type { Setting } from './setting.ts'

/** Opens what walks need, and closes it whatever happens. */
export async function withRuntime<T>(setting: Setting, act: (runtime: Runtime) => Promise<T>): Promise<T> {
  const { environment, signal, place, options, definition } = setting
  const runtime = await openRuntime({
    environment, signal, place, jobs: options.jobs, memory: options.memory, fresh: !options.cache, shared: definition.cache,
    failFast: options.failFast ?? false, strict: options.strict ?? false,
  })
  try {
    return await act(runtime)
  } finally {
    await runtime.close()
  }
}
