import { posix } from 'node:path'
import { inheritContainer, type ContainerChange } from '../../lib/oci/inherit-container.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Json } from '../../lib/values/json.ts'

/** How containers of an image are run, as far as its base does not say so. */
export interface ContainerOptions {
  /** The program and its first arguments; takes the place of the base's entrypoint and command. The first program where it is absent. */
  readonly entrypoint?: readonly string[]
  /** Arguments that whoever runs it can replace. */
  readonly cmd?: readonly string[]
  /** A name or a number, with a group after a colon where that matters. */
  readonly user?: string
  readonly workingDir?: string
  readonly env?: Readonly<Record<string, string>>
  /** `8080`, `'53/udp'`. */
  readonly ports?: readonly (number | string)[]
  /** Absolute paths. */
  readonly volumes?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly stopSignal?: string
  readonly healthcheck?: HealthcheckOptions
}

export interface HealthcheckOptions {
  /** `['CMD', '/usr/local/bin/app', 'health']`, or `['NONE']` for none, whatever the base has. */
  readonly test: readonly string[]
  /** Seconds. */
  readonly interval?: number
  /** Seconds. */
  readonly timeout?: number
  /** Seconds. */
  readonly startPeriod?: number
  readonly retries?: number
}

/** The settings as plain data, in the words of `ContainerChange`. */
export function containerOf(options: ContainerOptions, programs: readonly string[], folder: string): Json {
  const { cmd, user, workingDir, env, ports, volumes, labels, stopSignal, healthcheck } = options
  const [program = ''] = programs
  const entrypoint = options.entrypoint ?? [posix.join(folder, program)]
  if (stopSignal !== undefined && !/^(SIG[A-Z][A-Z\d+-]*|\d{1,2})$/.test(stopSignal)) {
    throw new ReleaseError(`Cannot make an image that is stopped by ${JSON.stringify(stopSignal)}: it is no signal`, { code: 'USAGE', hint: 'Write its name or number, such as SIGQUIT.' })
  }
  if (user !== undefined && !/^[\w.-]+(:[\w.-]+)?$/.test(user)) {
    throw new ReleaseError(`Cannot make an image for the user ${JSON.stringify(user)}: it is no user`, { code: 'USAGE', hint: 'Write a name or a number, such as 65532 or app:app.' })
  }
  const container = without({
    entrypoint, cmd, user, workingDir, env, ports, volumes, labels, stopSignal, healthcheck: healthcheck && checkOf(healthcheck),
  })
  inheritContainer({}, container as ContainerChange)   // ports, volumes and variables that cannot be are known now
  return container
}

/** Docker counts in nanoseconds. */
function checkOf({ test, interval, timeout, startPeriod, retries }: HealthcheckOptions): Json {
  if (!['CMD', 'CMD-SHELL', 'NONE'].includes(test[0] ?? '')) {
    throw new ReleaseError('Cannot make an image: its health check does not say how it is run', { code: 'USAGE', hint: "Write test: ['CMD', '/usr/local/bin/app', 'health'], or ['NONE']." })
  }
  const nanoseconds = (seconds: number | undefined): number | undefined => seconds === undefined ? undefined : Math.round(seconds * 1e9)
  return without({ Test: test, Interval: nanoseconds(interval), Timeout: nanoseconds(timeout), StartPeriod: nanoseconds(startPeriod), Retries: retries })
}

function without(fields: Readonly<Record<string, Json | undefined>>): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
