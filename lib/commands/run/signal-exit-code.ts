/** 128 and the signal's number, as shells report it. */
const exitCodes: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** How a program ends that a signal stopped. */
export function signalExitCode(signal: NodeJS.Signals | undefined): number {
  return (signal && exitCodes[signal]) ?? 130
}
