import { createHmac } from 'node:crypto'
import type { Http } from '../lib/contracts/http.ts'
import type { NetworkFailure } from '../lib/contracts/network-failure.ts'
import { passingStatuses } from '../lib/oci/registry/passing.ts'
import { patience, type PatienceOptions } from '../lib/oci/registry/patience.ts'
import { retryAfter } from '../lib/oci/registry/retry-after.ts'
import type { Announcement } from '../lib/values/announcement.ts'
import { digestOf } from '../lib/values/digest.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Json } from '../lib/values/json.ts'
import { secretHider } from '../lib/values/secret-forms.ts'

export interface WebhookOptions {
  /**
   * Where it is posted to. The addresses that Slack and Discord give are secrets: nothing but the host is ever shown. Empty where
   * a variable is not set: then there is a notice, and no more.
   */
  readonly url: string | undefined
  /** What is posted, as JSON. Default: the announcement as it is. */
  readonly payload?: (announcement: Announcement) => Json
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Signs the body: `X-Slipway-Signature-256: sha256=` and the HMAC-SHA-256 in hexadecimal digits. Empty where a variable is not
   * set: nothing is posted then.
   */
  readonly secret?: string | undefined
}

/** Somebody who is told of releases. What it is told with stays inside of it. */
export interface Webhook {
  /** All that is to be shown of where it is: `hooks.slack.com`. */
  readonly host: string
  /** @returns why it could not be told, if so */
  deliver(announcement: Announcement, means: AnnounceMeans): Promise<string | undefined>
}

export interface AnnounceMeans {
  readonly http: Http
  readonly signal: AbortSignal
  /** Milliseconds for one webhook, tries included. Default: 30 s. */
  readonly limit?: number
  readonly patience?: Pick<PatienceOptions, 'sleep' | 'random' | 'tries'>
}

/**
 * Posts what is released to a web address, once it is public: `webhook({ url: process.env['SLACK_WEBHOOK'], payload: slack })`.
 * @throws ReleaseError (USAGE), which does not show it, for an address that is none
 */
export function webhook({ url, payload = plainly, headers = {}, ...signing }: WebhookOptions): Webhook {
  if (!url) return { host: 'a webhook', deliver: async () => 'it has no address' }
  const address = addressOf(url)
  if ('secret' in signing && !signing.secret) return { host: address.host, deliver: async () => 'its secret is empty, and without it nobody could tell who it comes from' }
  const { secret } = signing
  return {
    host: address.host,
    deliver: async (announcement, means) => {
      try {
        const text = JSON.stringify(payload(announcement)) as string | undefined
        if (text === undefined) return 'its payload is no JSON'
        const body = Buffer.from(text)
        const signed = secret === undefined ? {} : { 'X-Slipway-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
        return await post({ url: address.href, body, headers: { 'Content-Type': 'application/json', 'X-Slipway-Delivery': digestOf(body), ...signed, ...headers } }, means)
      } catch (error) {
        // What a payload function says when it fails may hold what it was made with.
        const hide = secretHider([url, address.href, `${address.pathname}${address.search}`, secret, ...Object.values(headers)].filter(one => (one?.length ?? 0) >= 4))
        return hide(error instanceof Error ? error.message : String(error))
      }
    },
  }
}

/**
 * Tells everybody at once, each for itself. Nothing that goes wrong here makes a release fail.
 * @returns a notice for everybody who could not be told, without anything secret
 */
export async function announce(webhooks: readonly Webhook[], announcement: Announcement, means: AnnounceMeans): Promise<readonly string[]> {
  const told = await Promise.all(webhooks.map(async one => ({ host: one.host, why: await one.deliver(announcement, means) })))
  return told.flatMap(({ host, why }) => why === undefined ? [] : [`${announcement.project} ${announcement.version} could not be announced at ${host}: ${why}`])
}

function plainly(announcement: Announcement): Json {
  return { ...announcement, artifacts: announcement.artifacts.map(artifact => ({ ...artifact })) }
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address && /^https?:$/.test(address.protocol) && address.username === '' && address.password === '') return address
  const why = address && /^https?:$/.test(address.protocol) ? 'its address holds a user name or a password' : 'its address is no http or https URL'
  throw new ReleaseError(`Cannot use a webhook: ${why}`, { code: 'USAGE', hint: 'Write it as https://host/path, and what authorizes in headers.' })
}

interface Message {
  readonly url: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Only where it cannot have arrived, or the answer says that it was not taken, it is sent once more: nobody is told twice. */
async function post({ url, body, headers }: Message, { http, signal, limit = 30_000, patience: options = {} }: AnnounceMeans): Promise<string | undefined> {
  const late = AbortSignal.timeout(limit)
  const ended = AbortSignal.any([signal, late])
  const ending = Date.now() + limit
  const { tries, rest } = patience({ tries: 4, ...options, signal: ended })
  try {
    for (let count = 1; ; count += 1) {
      const last = count >= tries
      const answer = await http({ method: 'POST', url, headers, body: { size: body.length, open: () => [body] }, signal: ended }).catch((error: unknown) => {
        if (last || !neverArrived(error)) throw error
        return undefined
      })
      if (answer) await answer.discard()
      if (answer && answer.status >= 200 && answer.status < 300) return undefined
      const wait = answer && retryAfter(answer.header('retry-after'), Date.now())
      if (answer && (last || !passingStatuses.includes(answer.status) || Date.now() + (wait ?? 0) > ending)) return refusal(answer.status)
      await rest(count, wait)
    }
  } catch (error) {
    if (signal.aborted) return 'the run was stopped'
    if (late.aborted) return `there was no answer within ${limit / 1000} s`
    throw error
  }
}

/** Before a connection stands nothing is sent. */
const before = ['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']

function neverArrived(error: unknown): boolean {
  const { code = '' } = ((error as ReleaseError | undefined)?.cause ?? {}) as Partial<NetworkFailure>
  return before.includes(code)
}

function refusal(status: number): string {
  if (status >= 300 && status < 400) return `it answers ${status}: a webhook is not followed to where it has moved`
  const hints: Readonly<Record<number, string>> = { 400: 'it does not take what payload makes', 401: 'it wants something that authorizes', 403: 'it refuses', 404: 'there is no such webhook', 410: 'there is no such webhook any more', 429: 'it has had too much' }
  return `it answers ${status}${hints[status] === undefined ? '' : `: ${hints[status]}`}`
}
