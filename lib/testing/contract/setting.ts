import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCache } from '../../clients/cache-folder.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import type { Content } from '../../contracts/content.ts'
import type { Destination } from '../../contracts/destination.ts'
import type { Artifact } from '../../values/artifact.ts'
import { startFaultProxy, type FaultProxy, type FaultProxyOptions } from '../fault-proxy.ts'
import type { ContractOptions, ContractPlace, Sight } from './options.ts'
import { runWorld, type RunWorld } from './run-world.ts'
import { hearing, type Said } from './said.ts'
import { toyRelease } from './toy-release.ts'
import { visit, type VisitOptions } from './visit.ts'

/** What the places of one check have in common. */
export interface Setting<A extends Artifact> {
  readonly options: ContractOptions<A>
  readonly content: Content
  readonly artifacts: readonly A[]
  readonly said: Said
  /** A new place, gone after. */
  at<T>(use: (stand: Stand<A>) => Promise<T>, options?: StandOptions): Promise<T>
}

export interface StandOptions {
  /** Puts something that lets requests fail before the place's server. */
  readonly watch?: FaultProxyOptions['watch']
}

/** A place, and what is done there. */
export interface Stand<A extends Artifact> {
  readonly place: ContractPlace<A>
  /** Where its server is reached. */
  readonly server: string
  readonly proxy: FaultProxy | undefined
  /** As the next run would make it. */
  destination(): Destination<A>
  /** What one run gives to it. */
  run(): RunWorld
  /** Publishes as a run of its own. */
  publish(options?: PublishOptions<A>): Promise<void>
  /** As `publish`; what goes wrong is returned. */
  attempt(options?: PublishOptions<A>): Promise<Error | undefined>
  /** What is there for its owner; nothing where nobody can tell. */
  inventory(): Promise<Sight>
}

export interface PublishOptions<A extends Artifact> extends VisitOptions {
  readonly artifacts?: readonly A[]
  readonly run?: RunWorld
}

/** Everything that a check needs; at its end no secret may have been told. */
export async function withSetting<A extends Artifact>(options: ContractOptions<A>, use: (setting: Setting<A>) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-contract-'))
  try {
    const { content } = await openCache(join(folder, 'cache'))
    const said = hearing()
    const artifacts = await options.artifacts(content)
    if (artifacts.length < 2) throw new Error('a contract takes two artifacts at least')
    await use({ options, content, artifacts, said, at: (act, more) => withStand({ options, content, artifacts, said, folder }, act, more) })
    said.requireSecrecy(options.secrets ?? [])
  } finally {
    await removeTree(folder)
  }
}

async function withStand<A extends Artifact, T>({ folder, ...parts }: Omit<Setting<A>, 'at'> & { readonly folder: string }, use: (stand: Stand<A>) => Promise<T>, { watch }: StandOptions = {}): Promise<T> {
  const own = await mkdtemp(join(folder, 'place-'))
  const place = await parts.options.place()
  const proxy = place.server !== undefined && watch ? await startFaultProxy({ target: place.server, watch }) : undefined
  try {
    return await use(await stand({ ...parts, folder: own, place, proxy }))
  } finally {
    await proxy?.close()
    await place.close?.()
    await removeTree(own)
  }
}

interface StandParts<A extends Artifact> extends Omit<Setting<A>, 'at'>, Pick<Stand<A>, 'place' | 'proxy'> {
  readonly folder: string
}

async function stand<A extends Artifact>({ options, content, artifacts, said, folder, place, proxy }: StandParts<A>): Promise<Stand<A>> {
  const [work, root] = [await mkdtemp(join(folder, 'work-')), place.root ?? await mkdtemp(join(folder, 'root-'))]
  const server = proxy?.url ?? place.server ?? ''
  const run = (): RunWorld => runWorld({ folder: work, root, content, release: toyRelease(options.release), said })
  const destination = (): Destination<A> => place.destination(server)
  const publish: Stand<A>['publish'] = ({ artifacts: what = artifacts, run: own = run(), ...more } = {}) => visit({ destination: destination(), artifacts: what, run: own, said }, more)
  return {
    place, proxy, server, destination, run, publish,
    attempt: more => publish(more).then(() => undefined, (error: Error) => error),
    inventory: async () => await place.inventory?.() ?? {},
  }
}
