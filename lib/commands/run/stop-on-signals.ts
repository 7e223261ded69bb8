import { ReleaseError } from '../../values/errors.ts'
import { signalExitCode } from './signal-exit-code.ts'

export interface Stopping {
  /** Aborted by the first signal, with a ReleaseError (CANCELLED) whose cause is the signal. */
  readonly signal: AbortSignal
  /** How the process ends that was stopped. */
  exitCode(): number
  /** Signals do again what they did before. */
  restore(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens to signals: the first one stops what is under way in order, the second one at once. */
export function stopOnSignals(): Stopping {
  const stop = new AbortController()
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(signalExitCode(signal))
    stop.abort(new ReleaseError(`stopped by ${signal}`, { code: 'CANCELLED', cause: signal }))
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: stop.signal,
    exitCode: () => signalExitCode(stop.signal.reason instanceof ReleaseError ? stop.signal.reason.cause as NodeJS.Signals : undefined),
    restore: () => { for (const signal of signals) process.off(signal, onSignal) },
  }
}
