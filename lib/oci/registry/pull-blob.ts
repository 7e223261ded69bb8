import { createHash, type Hash } from 'node:crypto'
import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import type { Endpoint } from './endpoint.ts'
import { named } from './named.ts'
import { isPassedOver, lastOf } from './passed-over.ts'
import { isPassing } from './passing.ts'
import type { Answer } from './follow-redirects.ts'

/** However much comes in between. */
const mostCuts = 50

/** How far a blob has come, wherever its parts came from. */
interface Progress {
  readonly hash: Hash
  offset: number
  /** Who gave some of it. */
  readonly sources: Set<Endpoint>
  readonly distrust: (mirror: Endpoint) => void
}

type Bytes = AsyncGenerator<Uint8Array, undefined>
type Step = { readonly part: Uint8Array } | { readonly end: true } | { readonly error: unknown }

/**
 * Streams a blob, hashing it on the way: OCI distribution specification 1.1, "pulling blobs". After a cut it goes on where
 * it was; where an endpoint fails the next one goes on.
 * @param distrust told of mirrors that gave bytes which turned out to be others: what was handed on cannot be had back, but another
 * try can do without them
 * @throws ReleaseError (CONTENT) at the end where the bytes are not what the descriptor says; else as `Ask`
 */
export async function* pullBlob(endpoints: readonly Endpoint[], descriptor: OciDescriptor, distrust: (mirror: Endpoint) => void = () => {}): AsyncGenerator<Uint8Array> {
  const progress: Progress = { hash: createHash('sha256'), offset: 0, sources: new Set(), distrust }
  const failures: unknown[] = []
  for (const endpoint of endpoints) {
    const failed = yield* pullFrom(endpoint, descriptor, progress)
    if (failed === undefined) {
      const digest = `sha256:${progress.hash.digest('hex')}`
      if (digest !== descriptor.digest) throw wrong(descriptor, progress, `its bytes have the digest ${digest}`)
      return
    }
    if (!isPassedOver(failed)) throw failed as Error
    failures.push(failed)
    if (endpoint.mirror) endpoint.log(`${(failed as Error).message}; going on without this mirror`)
  }
  throw lastOf(failures)
}

/** Yields what this endpoint has, and returns why it has no more; nothing where that was all. */
async function* pullFrom(endpoint: Endpoint, descriptor: OciDescriptor, progress: Progress): AsyncGenerator<Uint8Array, unknown> {
  const { patience, log } = endpoint
  for (let [idle, cuts] = [0, 0]; ; cuts += 1) {
    const began = progress.offset
    const opened = await begin(endpoint, descriptor, began).catch((error: unknown) => ({ error }))
    if ('error' in opened) return opened.error
    const failed = yield* take(opened, endpoint, descriptor, progress)
    if (failed === undefined) return undefined
    idle = progress.offset > began ? 0 : idle + 1
    if (!isPassing(failed) || idle >= patience.tries || cuts >= mostCuts) return failed
    log(`${(failed as Error).message}; going on at ${progress.offset}`)
    await patience.rest(idle + 1)
  }
}

/** What one answer has. An error that a reader throws in is none of the connection's, so only what comes from there is returned. */
async function* take(parts: Bytes, endpoint: Endpoint, descriptor: OciDescriptor, progress: Progress): AsyncGenerator<Uint8Array, unknown> {
  try {
    for (let step = await next(parts); ; step = await next(parts)) {
      if ('error' in step) return step.error
      if ('end' in step) break
      progress.offset += step.part.length
      progress.sources.add(endpoint)
      if (progress.offset > descriptor.size) throw wrong(descriptor, progress, `it has more than ${descriptor.size} bytes`)
      progress.hash.update(step.part)
      yield step.part
    }
  } finally {
    await parts.return(undefined)
  }
  return progress.offset === descriptor.size ? undefined : short(descriptor, endpoint, progress)
}

async function next(parts: Bytes): Promise<Step> {
  try {
    const { done, value } = await parts.next()
    return done ? { end: true } : { part: value }
  } catch (error) {
    return { error }
  }
}

async function begin({ ask, url, name, repository }: Endpoint, { digest }: OciDescriptor, offset: number): Promise<Bytes> {
  const purpose = `pull ${digest} from ${name}`
  const answer = await ask({
    method: 'GET', url: url(`blobs/${digest}`), ...offset > 0 && { headers: { Range: `bytes=${offset}-` } },
    expect: offset > 0 ? [200, 206] : [200], access: [{ repository, actions: ['pull'] }], purpose,
  })
  return bodyFrom(answer, offset, purpose)
}

/** The body from that byte on; where all of it comes, what is there already is passed over. */
async function* bodyFrom(answer: Answer, offset: number, purpose: string): Bytes {
  try {
    let passed = answer.status === 206 ? startOf(answer, offset, purpose) : 0
    for await (const part of answer.body) {
      const rest = part.subarray(Math.min(part.length, offset - passed))
      passed += part.length - rest.length
      if (rest.length > 0) yield rest
    }
  } catch (error) {
    throw named(error, purpose)
  }
}

function startOf(answer: Answer, offset: number, purpose: string): number {
  const [, start] = /^bytes (\d+)-/.exec(answer.header('content-range') ?? '') ?? []
  if (Number(start) === offset) return offset
  throw new ReleaseError(`Cannot ${purpose}: it goes on elsewhere than at byte ${offset}`, { code: 'REGISTRY', hint: 'Run the release again.' })
}

function wrong({ digest }: OciDescriptor, { sources, distrust }: Progress, why: string): ReleaseError {
  const mirrors = [...sources].filter(({ mirror }) => mirror)
  mirrors.forEach(distrust)
  return new ReleaseError(`Cannot use ${digest} from ${[...sources].map(({ name }) => name).join(' and ')}: ${why}`, {
    code: 'CONTENT', hint: 'Try again; if it stays so, the registry or something before it changes what it holds.',
    ...mirrors.length > 0 && { cause: { passing: true } },
  })
}

/** A proxy that is restarted may end a body as if that was all. */
function short({ digest, size }: OciDescriptor, { name }: Endpoint, { offset }: Progress): ReleaseError {
  return new ReleaseError(`Cannot use ${digest} from ${name}: it ends after ${offset} of ${size} bytes`, {
    code: 'CONTENT', hint: 'Try again; if it stays so, the registry or something before it changes what it holds.', cause: { passing: true },
  })
}
