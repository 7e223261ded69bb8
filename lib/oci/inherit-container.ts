import { posix } from 'node:path'
import { ReleaseError } from '../values/errors.ts'
import { exposedPort } from './exposed-port.ts'
import type { ContainerConfig, Healthcheck } from './image-config.ts'
import { inheritedLabels } from './inherited-labels.ts'
import { mergeEnv } from './merge-env.ts'

/** How containers of an image are run, as far as its base does not say so. */
export interface ContainerChange {
  /** Takes the place of the base's entrypoint and of its command; none where it is empty. */
  readonly entrypoint?: readonly string[] | undefined
  /** Alone it keeps the base's entrypoint. */
  readonly cmd?: readonly string[] | undefined
  /** A name or a number, with a group after a colon where that matters; empty for root. */
  readonly user?: string | undefined
  /** Taken from the base's where it is not absolute. */
  readonly workingDir?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** `8080`, `'53/udp'`. */
  readonly ports?: readonly (number | string)[] | undefined
  /** Absolute paths. */
  readonly volumes?: readonly string[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly stopSignal?: string | undefined
  readonly healthcheck?: Healthcheck | undefined
  readonly shell?: readonly string[] | undefined
}

/**
 * What `FROM` and the instructions after it make of a base's settings: one is replaced, variables, ports, volumes and labels
 * are added, and what the base would do at a build (ONBUILD) is over.
 * @throws ReleaseError (USAGE)
 */
export function inheritContainer(base: ContainerConfig, change: ContainerChange): ContainerConfig {
  const { entrypoint, cmd } = change
  const inherited = entrypoint === undefined ? base.Cmd : undefined
  return {
    ...field('User', change.user ?? base.User),
    ...field('ExposedPorts', keys(base.ExposedPorts, (change.ports ?? []).map(exposedPort))),
    ...field('Env', mergeEnv(base.Env ?? [], change.env ?? {})),
    ...field('Entrypoint', entrypoint ?? base.Entrypoint),
    ...field('Cmd', cmd ?? inherited),
    ...field('Volumes', keys(base.Volumes, (change.volumes ?? []).map(volume))),
    ...field('WorkingDir', workingDir(base.WorkingDir ?? '', change.workingDir)),
    ...field('Labels', sorted({ ...inheritedLabels(base.Labels ?? {}), ...change.labels })),
    ...field('StopSignal', change.stopSignal ?? base.StopSignal),
    ...field('Healthcheck', change.healthcheck ?? base.Healthcheck),
    ...field('Shell', change.shell ?? base.Shell),
  }
}

/** Left out where there is nothing in it, as Go leaves it out. */
function field<K extends string, V extends object | string>(name: K, value: V | null | undefined): { readonly [N in K]?: V } {
  const empty = value === undefined || value === null || value === '' || Object.keys(value).length === 0
  return empty ? {} : { [name]: value } as { readonly [N in K]: V }
}

function keys(base: Readonly<Record<string, object>> | null | undefined, ours: readonly string[]): Readonly<Record<string, object>> {
  return sorted(Object.fromEntries([...Object.keys(base ?? {}), ...ours].map(name => [name, {}])))
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1))
}

function volume(path: string): string {
  if (path.startsWith('/') && path !== '/') return path
  throw new ReleaseError(`Cannot make ${JSON.stringify(path)} a volume: it is no absolute path below /`, {
    code: 'USAGE', hint: 'Write the path in the container, such as /var/lib/app.',
  })
}

function workingDir(base: string, given: string | undefined): string {
  return given === undefined ? base : posix.resolve('/', base, given)
}
