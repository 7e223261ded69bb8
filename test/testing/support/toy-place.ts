import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Destination, Session } from '../../../lib/contracts/destination.ts'
import type { Content } from '../../../lib/contracts/content.ts'
import { listen } from '../../../lib/testing/listen.ts'
import type { ContractPlace, Sight } from '../../../lib/testing/index.ts'
import type { Artifact } from '../../../lib/values/artifact.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'

/** What can be wrong with a destination. */
export type Flaw =
  | 'stages in public' | 'forgets the last one' | 'counts its runs' | 'says that all is public' | 'finds nothing wrong' | 'throws what is wrong' | 'locks, and unlocks at its end'
  | 'gives no hints' | 'overwrites' | 'keeps what others staged' | 'retracts nothing' | 'misses what is not there' | 'tells its token' | 'tells its token in base64'
  | 'stages one after the other only' | 'stops where another run was' | 'sends again without a look' | 'passes its server by' | 'reads the first part only'
  | 'shows half of it' | 'leaves drafts' | 'takes back more' | 'uses what a stopped run began'

type Toy = Artifact<'toy'>

export const toyToken = 'toy-token-0123456789'

/** A server that takes texts, and shows them once it is told to; and a destination for it that does one thing wrong. */
export async function toyPlace(flaw?: Flaw): Promise<ContractPlace<Toy>> {
  const [staged, shown] = [new Map<string, string>(), new Map<string, string>()]
  const server = createServer((request, response) => {
    const [, verb = '', name = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
    text(request).then(body => response.end(answer(verb, name, body)), () => response.destroy())
  })
  const answer = (verb: string, name: string, body: string): string => {
    if (verb === 'stage') staged.set(name, body)
    if (verb === 'show') shown.set(name, body)
    if (verb === 'hide') shown.delete(name)
    if (verb === 'drop') staged.delete(name)
    if (verb === 'log') shown.set(`run ${shown.size}`, '')
    return JSON.stringify(verb === 'staged' ? staged.get(name) ?? null : shown.get(name) ?? null)
  }
  const { host, close } = await listen(server)
  const sightOf = (texts: ReadonlyMap<string, string>): Sight => Object.fromEntries([...texts].map(([name, body]) => [name, digestOf(body)]))
  return {
    server: `http://${host}`, close,
    destination: url => toyDestination(flaw === 'passes its server by' ? `http://${host}` : url, flaw),
    witness: async () => sightOf(shown), inventory: async () => sightOf(staged),
  }
}

/** The same every time. */
export function toyArtifacts(bytes: string): (content: Content) => Promise<readonly Toy[]> {
  return content => Promise.all(['one', 'two'].map(async name => ({ kind: 'toy', name, ...await content.put([Buffer.from(`${bytes} ${name}`)], 'text/plain') }) as const))
}

type Ask = (verb: string, name?: string, body?: string) => Promise<string | undefined>

function toyDestination(url: string, flaw: Flaw | undefined): Destination<Toy> {
  const ask: Ask = async (verb, name = '', body) => {
    const once = async (): Promise<string | undefined> => {
      const response = await fetch(`${url}/${verb}/${encodeURIComponent(name)}`, body === undefined ? {} : { method: 'PUT', body })
      if (response.status !== 200) throw new Error(`it answers ${response.status}`)
      const parts: Uint8Array[] = []
      for await (const part of response.body as AsyncIterable<Uint8Array>) parts.push(part)
      return JSON.parse(Buffer.concat(flaw === 'reads the first part only' ? parts.slice(0, 1) : parts).toString()) as string | null ?? undefined
    }
    return once().catch(async error => flaw === 'sends again without a look' ? once().catch(again => { throw failure(again) }) : Promise.reject(failure(error)))
  }
  const failure = (cause: unknown): Error => new ReleaseError(`Cannot reach the toy: ${(cause as Error).message}`, { code: 'NETWORK', cause, ...flaw === 'gives no hints' ? {} : { hint: 'Start it.' } })
  return {
    name: 'toy', reversible: true, url: ({ name }) => `toy:${name}`,
    check: async () => {
      if (flaw === 'finds nothing wrong') return []
      try {
        await ask('shown')
        return []
      } catch (error) {
        if (flaw === 'throws what is wrong') throw error
        const { message, hint } = error as ReleaseError
        return [{ where: 'toy', message, ...hint === undefined ? {} : { hint } }]
      }
    },
    probe: async ({ name }) => {
      const found = await ask('shown', name)
      if (flaw === 'says that all is public') return { state: 'public' }
      return found === undefined ? { state: 'absent' } : { state: 'public', digest: digestOf(found) }
    },
    open: async () => toySession(ask, flaw),
  }
}

async function toySession(ask: Ask, flaw: Flaw | undefined): Promise<Session<Toy>> {
  const refuse = (what: string): never => { throw new ReleaseError(`Cannot publish at the toy: ${what}`, { code: 'DESTINATION', ...flaw === 'gives no hints' ? {} : { hint: 'Do not.' } }) }
  let busy = false
  if (flaw === 'locks, and unlocks at its end') {
    if (await ask('staged', 'lock') !== undefined) refuse('another run is there')
    await ask('stage', 'lock', '')
  }
  const first = await ask('shown', 'one')
  if (flaw === 'uses what a stopped run began' && await ask('staged', 'one') !== undefined && first === undefined) refuse('somebody was here')
  return {
    stage: async (artifact, { content, notice, log }) => {
      if (flaw === 'stages one after the other only' && busy) refuse('it is busy')
      busy = true
      if (flaw === 'tells its token') notice(`using ${toyToken}`)
      if (flaw === 'tells its token in base64') log(`Authorization: Basic ${Buffer.from(`toy:${toyToken}`).toString('base64')}`)
      const body = await text(content.open(artifact))
      const there = await ask('shown', artifact.name)
      if (there !== undefined && there !== body && flaw !== 'overwrites') refuse(`${artifact.name} is another one there`)
      if (flaw === 'leaves drafts') await ask('stage', `${artifact.name} ${Math.random()}`, body)
      if (flaw !== 'keeps what others staged' || await ask('staged', artifact.name) === undefined) await ask('stage', artifact.name, body)
      if (flaw === 'stages in public') await ask('show', artifact.name, body)
      return { artifact, url: artifact.name }
    },
    verify: async ({ artifact: { name } }) => {
      const body = await ask('staged', name)
      busy = false
      return { state: 'staged', ...body === undefined ? {} : { digest: digestOf(body) } }
    },
    commit: async ({ staged }) => {
      if (flaw === 'stops where another run was' && await ask('shown', 'one') !== first) refuse('somebody was here')
      if (flaw === 'counts its runs' || (flaw === 'sends again without a look' && first === undefined)) await ask('log', 'x', '')
      if (flaw === 'shows half of it' && await ask('shown', 'half') !== undefined) return
      if (flaw === 'shows half of it') await ask('show', 'half', '')
      for (const { artifact: { name } } of flaw === 'forgets the last one' ? staged.slice(0, -1) : staged) await ask('show', name, await ask('staged', name) ?? '')
    },
    retract: async what => {
      if (flaw === 'misses what is not there' && await ask('shown', 'one') === undefined) return [{ where: 'toy', message: 'Cannot take back: it is not there', hint: 'Publish it.' }]
      for (const { name } of flaw === 'retracts nothing' ? [] : what) await ask('hide', name)
      if (flaw === 'takes back more') await ask('show', 'taken back', '')
      return []
    },
    close: async () => {
      if (flaw === 'locks, and unlocks at its end') await ask('drop', 'lock')
    },
  }
}
