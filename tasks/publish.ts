import type { Destination, Session, Staged } from '../lib/contracts/destination.ts'
import type { Failures, Publication, Shipment } from '../lib/graph/shipment.ts'
import type { World } from '../lib/contracts/workshop.ts'
import { closureOf, inputsOf, isStep, type Step } from '../lib/graph/step.ts'
import { effect } from '../lib/graph/task.ts'
import type { Webhook } from './announce.ts'
import { commitAll, notStaged, type Wave } from './publish/commit-all.ts'
import { announcer } from './publish/announcer.ts'
import { isNew } from './publish/is-new.ts'
import { commitOrder } from './publish/commit-order.ts'
import { refuseCollisions } from './publish/refuse-collisions.ts'
import { refuseEmptyAddresses } from './publish/refuse-empty-addresses.ts'
import { releaseRecord } from '../lib/formats/release-record.ts'
import type { Artifact } from '../lib/values/artifact.ts'
import type { Binary } from '../lib/values/binary.ts'
import { asProblem } from '../lib/values/as-problem.ts'
import { digestOf, digestOfValue } from '../lib/values/digest.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Outline } from '../lib/values/outline.ts'
import type { Problem } from '../lib/values/problem.ts'
import type { Receipt, ReleaseRecord } from '../lib/values/record.ts'

type Sessions = Map<Destination<never>, Promise<Session<Artifact>>>

/** What goes where. The compiler refuses an artifact that the destination does not take. */
export function send<A extends Artifact>(to: Destination<A>, ...what: readonly (Step<NoInfer<A>> | readonly Step<NoInfer<A>>[])[]): Shipment {
  return { destination: to, steps: what.flat() as Step[] }
}

export interface PublishOptions {
  /** What becomes of the other destinations once one has failed to make its artifacts visible. Default: `hold back`. */
  readonly failures?: Failures
  /** Who is told once all of it is public: `[webhook({ url: process.env['SLACK_WEBHOOK'] ?? '', payload: slack })]`. */
  readonly announce?: readonly Webhook[]
}

/**
 * Stages every artifact where nobody sees it as soon as it is made, an image for several platforms part by part where its
 * destination takes that; reads it back, and makes all visible at the end: what is named by others first, what cannot be taken back last.
 * @throws ReleaseError (NAME) where two artifacts would have one name at a destination, (DESTINATION) for an address at which
 * nothing will be and for destinations that name each other, (USAGE) for a partial release that is not local
 */
export function publish(...shipments: readonly Shipment[]): Step<ReleaseRecord>
export function publish(options: PublishOptions, ...shipments: readonly Shipment[]): Step<ReleaseRecord>
export function publish(first?: PublishOptions | Shipment, ...more: readonly Shipment[]): Step<ReleaseRecord> {
  const [{ failures = 'hold back', announce: webhooks = [] }, shipments] = first === undefined || 'destination' in first ? [{}, first ? [first, ...more] : []] : [first, more]
  return publication({ shipments, failures, ...webhooks.length > 0 && { announce: announcer(webhooks) } })
}

/**
 * @param binaries those behind artifacts that were made by an earlier run
 */
export function publication({ shipments, ...rest }: Publication, binaries: readonly Binary[] = []): Step<ReleaseRecord> {
  const merged = mergeByDestination(shipments)
  for (const shipment of merged) refuseCollisions(shipment)
  refuseEmptyAddresses(merged)
  const ordered = commitOrder(merged)
  const sessions: Sessions = new Map()
  const digest = digestOfValue(ordered.map(({ destination, steps }) => [destination.name, steps.map(step => step.recipe)]))
  const receipts = ordered.flatMap(({ destination, steps }) => {
    const [stageWhole, stagePart] = [stage(destination, sessions), ahead(destination, sessions)]
    return steps.map(artifact => {
      const parts = partsOf(artifact, destination).map(part => stagePart({ part, of: artifact.outline, publication: digest }))
      return stageWhole({ artifact, parts, publication: digest })
    })
  })
  const behind = closureOf(ordered.flatMap(({ steps }) => steps)).filter(isBinary)
  return commit({ shipments: ordered, ...rest }, sessions)({ receipts, binaries: [...behind, ...binaries], publication: digest })
}

/** Two publications may send one artifact to one destination, each in a session of its own: `publication` tells them apart. */
function stage(destination: Destination<never>, sessions: Sessions) {
  return effect<{ artifact: Artifact; parts: readonly Artifact[]; publication: string }, Receipt>({
    name: `stage at ${destination.name}`,
    outline: ({ artifact }) => ({
      kind: 'receipt', name: artifact.name, of: artifact, destination: destination.name, url: destination.url(artifact),
      ...(artifact.target === undefined ? {} : { target: artifact.target }),
    }),
    perform: async ({ artifact }, world) => {
      const session = await sessionOf(destination, sessions, world)
      const staged = await session.stage(artifact, world)
      const found = await session.verify(staged)
      if (found.digest !== artifact.digest) throw notStaged(destination.name, artifact, found.digest)
      return { mediaType: artifact.mediaType, digest: artifact.digest, size: artifact.size }
    },
  })
}

/**
 * So that of what is large little is left to send once the last part of it is made. Where that fails, staging does it, or tells why
 * it cannot.
 */
function ahead(destination: Destination<never>, sessions: Sessions) {
  return effect<{ part: Artifact; of: Outline; publication: string }, Artifact>({
    name: `stage ahead at ${destination.name}`,
    outline: ({ part: { name, target } }) => ({ kind: 'part', name, ...target !== undefined && { target } }),
    perform: async ({ part, of }, world) => {
      try {
        await (await sessionOf(destination, sessions, world)).ahead?.(part, of, world)
      } catch (error) {
        world.log(`not sent ahead: ${error instanceof Error ? error.message : String(error)}`)
      }
      return { mediaType: part.mediaType, digest: part.digest, size: part.size }
    },
  })
}

/** What an artifact is made of directly, and its destination takes ahead of it. */
function partsOf(artifact: Step, { takesAhead = [] }: Destination<never>): readonly Step[] {
  return inputsOf(artifact).filter(({ outline }) => takesAhead.includes(outline.kind))
}

function commit(publication: Publication, sessions: Sessions) {
  const { shipments, failures, announce } = publication
  const destinations = shipments.map(({ destination }) => destination)
  return effect<{ receipts: readonly Receipt[]; binaries: readonly Binary[]; publication: string }, ReleaseRecord>({
    name: 'publish',
    publication,
    outline: ({ receipts }) => ({ kind: 'record', local: destinations.every(({ local }) => local === true), name: [...new Set(receipts.map(({ destination }) => destination))].join(', ') || 'nothing' }),
    check: async ({ receipts }, lookout) => {
      const found = await Promise.all(destinations.map(async one => {
        const notices: string[] = []
        const what = receipts.filter(({ destination }) => destination === one.name).map(({ of }) => of)
        const problems = await one.check({ ...lookout, notice: line => { notices.push(line) } }, what).catch((error: unknown) => [thrownAsProblem(one.name, error)])
        return { problems, notices }
      }))
      // Whoever answers first: the order is that of the destinations.
      for (const line of found.flatMap(({ notices }) => notices)) lookout.notice(line)
      return found.flatMap(({ problems }) => problems)
    },
    outputs: place => destinations.flatMap(one => one.outputs?.(place) ?? []),
    perform: async ({ receipts, binaries }, world) => {
      const { partial, release } = world
      const waves: Wave[] = []
      for (const shipment of shipments) {
        const staged = receipts.filter(({ destination }) => destination === shipment.destination.name).map(stagedOf)
        if (staged.length > 0) waves.push({ shipment, staged, session: await sessionOf(shipment.destination, sessions, world) })
      }
      const newly = announce !== undefined && await isNew(waves, world)
      await commitAll({ waves, failures, binaries }, world)
      // Nobody gets anything yet from where somebody has to agree to it first.
      const local = new Set(destinations.filter(one => one.local === true || one.deferred === true).map(({ name }) => name))
      for (const line of await announce?.({ release, receipts, local, newly, partial }, world.signal) ?? []) world.notice(line)
      const record = releaseRecord({ release, artifacts: receipts.map(receipt => stagedOf(receipt).artifact), binaries, partial })
      return { mediaType: 'application/json', digest: digestOf(record), size: Buffer.byteLength(record) }
    },
  })
}

/** What one destination throws keeps nobody from being told of what is wrong with the others. */
function thrownAsProblem(where: string, error: unknown): Problem {
  if (error instanceof ReleaseError || !(error instanceof Error)) return asProblem(where, error)
  return { where, code: 'DESTINATION', message: `Cannot check ${where}: ${error.message}`, hint: 'Its check() is to return problems, not to throw.' }
}

function stagedOf({ of, url, mediaType, digest, size }: Receipt): Staged {
  return { url, artifact: { ...of, mediaType, digest, size } }
}

function sessionOf(destination: Destination<never>, sessions: Sessions, world: World): Promise<Session<Artifact>> {
  const earlier = sessions.get(destination)
  if (earlier) return earlier
  const opened = destination.open(world.release, world) as Promise<Session<Artifact>>
  sessions.set(destination, opened)
  world.atEnd(async () => {
    sessions.delete(destination)
    await (await opened).close?.()
  })
  return opened
}

/** A destination that is named twice is opened once. */
function mergeByDestination(shipments: readonly Shipment[]): readonly Shipment[] {
  const merged = new Map<string, Shipment>()
  for (const { destination, steps } of shipments) {
    const earlier = merged.get(destination.name)
    const all = [...earlier?.steps ?? [], ...steps]
    merged.set(destination.name, { destination: earlier?.destination ?? destination, steps: [...new Map(all.map(step => [step.recipe, step])).values()] })
  }
  return [...merged.values()]
}

function isBinary(step: Step): step is Step<Binary> {
  return isStep(step) && step.outline.kind === 'binary'
}
