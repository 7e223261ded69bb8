import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttp } from '../../lib/clients/http.ts'
import { listen } from '../../lib/testing/listen.ts'
import type { Announcement } from '../../lib/values/announcement.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Json } from '../../lib/values/json.ts'
import type { Receipt } from '../../lib/values/record.ts'
import { announce, type AnnounceMeans, webhook } from '../../tasks/announce.ts'
import { announcementOf } from '../../tasks/announce/announcement-of.ts'
import { discord } from '../../tasks/announce/discord.ts'
import { slack } from '../../tasks/announce/slack.ts'
import { releaseValue } from '../support/release-value.ts'

const digest = `sha256:${'a'.repeat(64)}` as const

const announcement: Announcement = {
  project: 'gateway', version: '1.2.3', tag: 'v1.2.3', prerelease: false, commit: '0123456789abcdef0123456789abcdef01234567', date: '2026-11-21T08:51:00Z',
  url: 'https://github.com/example/gateway/releases/tag/v1.2.3', notes: '## Fixes\n- all of it',
  artifacts: [
    { name: 'gateway_1.2.3_linux_amd64.tar.gz', kind: 'archive', digest, url: 'https://github.com/example/gateway/releases/download/v1.2.3/gateway_1.2.3_linux_amd64.tar.gz', destination: 'github example/gateway' },
    { name: 'gateway:1.2.3-static', kind: 'image', digest, url: 'ghcr.io/example/gateway:1.2.3-static', destination: 'ghcr.io/example/gateway' },
  ],
}

interface Received {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Reply = (response: ServerResponse, request: IncomingMessage) => void

const status = (code: number, headers: Readonly<Record<string, string>> = {}): Reply => response => { response.writeHead(code, headers).end('what it says') }
const cut: Reply = (_response, request) => { request.socket.destroy() }
const silent: Reply = () => undefined

/** A server that gives these answers, one after the other, and the last one for ever. */
async function withServer(replies: readonly Reply[], use: (host: string, received: readonly Received[]) => Promise<void>): Promise<void> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      received.push({ method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(parts).toString() })
      const reply = replies[Math.min(received.length, replies.length) - 1]
      reply?.(response, request)
    })
  })
  const { host, close } = await listen(server)
  try {
    await use(host, received)
  } finally {
    await close()
  }
}

/** Times that were waited, in place of waiting. */
function means(waited: number[] = [], more: Partial<AnnounceMeans> = {}): AnnounceMeans {
  const { signal } = new AbortController()
  return { http: createHttp({ environment: {} }), signal, patience: { random: () => 1, sleep: async milliseconds => { waited.push(milliseconds) } }, ...more }
}

const token = 'T0/B0/XoXsEcReT'

test('posts what payload makes, once, signed', () => withServer([status(200)], async (host, received) => {
  const signed = webhook({ url: `http://${host}/services/${token}?a=b`, payload: ({ version }) => ({ version, ümlaut: 'ß' }), headers: { Authorization: 'Bearer me' }, secret: 'hush' })
  assert.equal(await announce([signed], announcement, means()), [])
  const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: '' }, ...more] = received
  assert.is(more.length, 0)
  assert.equal([method, path, headers['content-type'], headers.authorization], ['POST', `/services/${token}?a=b`, 'application/json', 'Bearer me'])
  assert.equal(JSON.parse(body), { version: '1.2.3', ümlaut: 'ß' })
  assert.is(headers['x-slipway-signature-256'], `sha256=${createHmac('sha256', 'hush').update(body).digest('hex')}`)
  assert.match(String(headers['x-slipway-delivery']), /^sha256:[0-9a-f]{64}$/)
}))

test('the announcement itself is posted where payload is not said', () => withServer([status(204)], async (host, received) => {
  assert.equal(await announce([webhook({ url: `http://${host}/` })], announcement, means()), [])
  assert.equal(JSON.parse(received[0]?.body ?? ''), announcement)
  assert.is(received[0]?.headers['x-slipway-signature-256'], undefined)
}))

test('is tried again where it was not taken, no sooner than Retry-After says', () => withServer([status(429, { 'retry-after': '7' }), status(503), status(200)], async (host, received) => {
  const waited: number[] = []
  assert.equal(await announce([webhook({ url: `http://${host}/hook` })], announcement, means(waited)), [])
  assert.equal(waited, [7000, 1000])
  assert.equal(new Set(received.map(({ body }) => body)).size, 1)
  assert.equal(new Set(received.map(({ headers }) => headers['x-slipway-delivery'])).size, 1)
  assert.is(received.length, 3)
}))

test('gives up where it is refused, and where it would have to wait too long', async () => {
  const table: readonly (readonly [Reply, number, RegExp])[] = [
    [status(404), 1, /it answers 404: there is no such webhook$/],
    [status(400), 1, /it answers 400: it does not take what payload makes$/],
    [status(418), 1, /it answers 418$/],
    [status(307, { location: 'http://127.0.0.1:1/elsewhere' }), 1, /it answers 307: a webhook is not followed/],
    [status(500), 4, /it answers 500$/],
    [status(429, { 'retry-after': '3600' }), 1, /it answers 429: it has had too much$/],
  ]
  for (const [reply, tries, expected] of table) {
    await withServer([reply], async (host, received) => {
      const [warning = '', ...more] = await announce([webhook({ url: `http://${host}/${token}` })], announcement, means())
      assert.match(warning, expected)
      assert.ok(warning.startsWith(`gateway 1.2.3 could not be announced at ${host}: `))
      assert.equal([more.length, received.length], [0, tries])
    })
  }
})

test('is not sent again where it may have arrived', () => withServer([cut], async (host, received) => {
  const [warning = ''] = await announce([webhook({ url: `http://${host}/${token}` })], announcement, means())
  assert.match(warning, /the connection was cut$/)
  assert.is(received.length, 1)
}))

test('a server that is not there is asked again, and then let be', async () => {
  let address = ''
  await withServer([status(200)], async host => { address = host })
  const waited: number[] = []
  const [warning = ''] = await announce([webhook({ url: `http://${address}/${token}` })], announcement, means(waited))
  assert.match(warning, /the connection is refused$/)
  assert.equal(waited, [500, 1000, 2000])
})

test('nobody waits for ever, and a run that is stopped is over', () => withServer([silent], async (host, received) => {
  const url = `http://${host}/${token}`
  assert.equal(await announce([webhook({ url })], announcement, means([], { limit: 100 })), [`gateway 1.2.3 could not be announced at ${host}: there was no answer within 0.1 s`])
  const stop = new AbortController()
  const announcing = announce([webhook({ url })], announcement, means([], { signal: stop.signal }))
  while (received.length < 2) await new Promise(setImmediate)
  stop.abort()
  assert.equal(await announcing, [`gateway 1.2.3 could not be announced at ${host}: the run was stopped`])
}))

test('everybody is told, whatever becomes of the others', () => withServer([status(200)], async (host, received) => {
  const fails = webhook({ url: `http://${host}/a`, payload: () => { throw new Error('no') } })
  const nothing = webhook({ url: `http://${host}/b`, payload: () => undefined as unknown as Json })
  const warnings = await announce([fails, webhook({ url: `http://${host}/c` }), nothing, webhook({ url: undefined }), webhook({ url: '' }), webhook({ url: `http://${host}/d`, secret: '' })], announcement, means())
  assert.equal(received.map(({ path }) => path), ['/c'])
  assert.equal(warnings.map(warning => warning.replace(/.*? at /, '').replace(host, 'HOST')), [
    'HOST: no', 'HOST: its payload is no JSON', 'a webhook: it has no address', 'a webhook: it has no address',
    'HOST: its secret is empty, and without it nobody could tell who it comes from',
  ])
}))

test('nothing secret is shown, whatever goes wrong', async () => {
  const hush = 'a signing secret'
  const forms = [token, encodeURIComponent(token), Buffer.from(token).toString('base64'), hush, Buffer.from(hush).toString('base64'), 'Bearer me-only']
  for (const reply of [status(404), status(500), status(302, { location: `/${token}` }), cut]) {
    await withServer([reply], async host => {
      const url = `http://${host}/services/${token}?key=${token}`
      const payload = (): Json => { throw new Error(`cannot post to ${url} or /services/${token}?key=${token} with ${hush} and Bearer me-only`) }
      const hooks = [webhook({ url, secret: hush, headers: { Authorization: 'Bearer me-only' } }), webhook({ url, secret: hush, payload, headers: { Authorization: 'Bearer me-only' } }), webhook({ url, headers: { 'X-Odd': 'Bearer me-only\n' } })]
      const shown = [...await announce(hooks, announcement, means()), JSON.stringify(hooks), ...hooks.map(String), ...hooks.map(one => JSON.stringify(Object.entries(one)))].join('\n')
      assert.is(shown.match(/could not be announced/g)?.length, 3)
      assert.equal(forms.filter(form => shown.includes(form)), [])
    })
  }
  for (const url of [`ftp://example.com/${token}`, token, `https://user:${token}@example.com/`]) {
    const error = thrown(() => webhook({ url }))
    assert.instance(error, ReleaseError)
    assert.equal(forms.filter(form => `${error.message}${(error as ReleaseError).hint}${error.stack}`.includes(form)), [])
  }
})

function thrown(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

const receipt = (name: string, destination: string): Receipt => ({
  kind: 'receipt', name, destination, url: `https://example.com/${name}`, of: { kind: 'archive', name }, mediaType: 'application/gzip', digest, size: 3,
})

test('what is announced is what others can have, in one order', () => {
  const publicized = { release: releaseValue(), receipts: [receipt('b', 'there'), receipt('a', 'there'), receipt('a', 'directory dist'), receipt('z', 'here')], local: new Set(['directory dist']), newly: true, partial: false }
  const found = announcementOf({ ...publicized, notes: 'new', url: undefined })
  assert.equal(found, {
    project: 'gateway', version: '1.2.3', tag: 'v1.2.3', prerelease: false, commit: '0123456789abcdef0123456789abcdef01234567', date: '2026-11-21T08:51:00Z', notes: 'new',
    artifacts: [['z', 'here'], ['a', 'there'], ['b', 'there']].map(([name, destination]) => ({ name, kind: 'archive', digest, url: `https://example.com/${name}`, destination })),
  })
  const { version } = releaseValue()
  assert.is(announcementOf({ ...publicized, newly: false }), undefined)
  assert.is(announcementOf({ ...publicized, partial: true }), undefined)
  assert.is(announcementOf({ ...publicized, local: new Set(['directory dist', 'here', 'there']) }), undefined)
  assert.is(announcementOf({ ...publicized, release: releaseValue({ version: { ...version, snapshot: true } }) }), undefined)
})

interface SlackText { readonly type: string, readonly text: string, readonly verbatim?: boolean }
interface SlackBlock { readonly type: string, readonly text?: SlackText, readonly elements?: readonly SlackText[] }
interface SlackPayload { readonly text: string, readonly blocks: readonly SlackBlock[] }

/** What Slack's "Block Kit reference" demands of the blocks that are used. */
function checkSlack(payload: Json): SlackPayload {
  const { text, blocks, ...rest } = payload as unknown as SlackPayload
  assert.equal(Object.keys(rest), [])
  assert.ok(text.length > 0 && text.length <= 3000)
  assert.ok(blocks.length > 0 && blocks.length <= 50)
  for (const block of blocks) {
    assert.ok(['header', 'section', 'context'].includes(block.type))
    const texts = block.type === 'context' ? block.elements ?? [] : [block.text]
    assert.ok(texts.length >= 1 && texts.length <= 10)
    for (const one of texts) {
      assert.ok(one && one.text.length >= 1 && one.text.length <= (block.type === 'header' ? 150 : 3000))
      assert.ok(one.type === 'plain_text' || (block.type !== 'header' && one.type === 'mrkdwn'))
      // Angle brackets only around addresses that were given as such.
      if (one.type === 'mrkdwn') assert.not.match(one.text.replaceAll(/<https?:\/\/[^<>|\s]+\|[^<>\n]*>/gi, ''), /[<>]/)
    }
  }
  return { text, blocks }
}

interface DiscordField { readonly name: string, readonly value: string }
interface DiscordEmbed { readonly title: string, readonly url?: string, readonly description?: string, readonly color: number, readonly timestamp: string, readonly fields: readonly DiscordField[], readonly footer: { readonly text: string } }
interface DiscordPayload { readonly embeds: readonly DiscordEmbed[], readonly allowed_mentions: { readonly parse: readonly string[] } }

/** What Discord's "Embed Limits" demand. */
function checkDiscord(payload: Json): DiscordEmbed {
  const { embeds: [embed, ...more], allowed_mentions: mentions } = payload as unknown as DiscordPayload
  assert.ok(embed && more.length === 0)
  assert.equal(mentions, { parse: [] })
  const { title, description = '', fields, footer, timestamp, color } = embed
  assert.ok(title.length > 0 && title.length <= 256 && description.length <= 4096 && footer.text.length <= 2048 && fields.length <= 25)
  for (const { name, value } of fields) assert.ok(name.length > 0 && name.length <= 256 && value.length > 0 && value.length <= 1024)
  const all = [title, description, footer.text, ...fields.flatMap(({ name, value }) => [name, value])].join('')
  assert.ok(all.length <= 6000, String(all.length))
  assert.not.ok(Number.isNaN(Date.parse(timestamp)))
  assert.ok(Number.isInteger(color) && color >= 0 && color <= 0xff_ff_ff)
  return embed
}

test('Slack is told where everything is', () => {
  const { text, blocks } = checkSlack(slack(announcement))
  assert.is(text, 'gateway 1.2.3 is released')
  assert.equal(blocks.map(({ type, text: one, elements }) => [type, one?.text ?? elements?.[0]?.text]), [
    ['header', 'gateway 1.2.3'],
    ['section', '<https://github.com/example/gateway/releases/tag/v1.2.3|Release v1.2.3>'],
    ['section', '## Fixes\n- all of it'],
    ['section', 'archive <https://github.com/example/gateway/releases/download/v1.2.3/gateway_1.2.3_linux_amd64.tar.gz|gateway_1.2.3_linux_amd64.tar.gz>\nimage gateway:1.2.3-static: ghcr.io/example/gateway:1.2.3-static'],
    ['context', 'v1.2.3, commit 0123456789ab, 2026-11-21T08:51:00Z'],
  ])
})

test('Discord is told where everything is', () => {
  const { title, url, description, fields, footer, color } = checkDiscord(discord(announcement))
  assert.equal([title, url, description, footer.text], ['gateway 1.2.3', announcement.url, announcement.notes, 'v1.2.3, commit 0123456789ab'])
  assert.equal(fields, [
    { name: 'github example/gateway', value: String.raw`[gateway\_1.2.3\_linux\_amd64.tar.gz](https://github.com/example/gateway/releases/download/v1.2.3/gateway_1.2.3_linux_amd64.tar.gz)` },
    { name: 'ghcr.io/example/gateway', value: 'gateway:1.2.3-static: ghcr.io/example/gateway:1.2.3-static' },
  ])
  assert.is.not(checkDiscord(discord({ ...announcement, prerelease: true })).color, color)
})

test('nobody is called, and nothing leads elsewhere', () => {
  const artifacts = [{ name: '<!channel|x> [a](https://evil.example) @everyone', kind: '<@U1>', digest, url: 'https://example.com/a|<b>)(c', destination: 'x' }]
  const told = { ...announcement, notes: '<!here> @everyone', url: 'javascript:alert(1)', artifacts }
  const { blocks } = checkSlack(slack(told))
  assert.is(blocks[1]?.text?.type, 'plain_text')
  assert.is(blocks[2]?.text?.text, '&lt;@U1&gt; <https://example.com/a%7C%3Cb%3E%29%28c|&lt;!channel|x&gt; [a](https://evil.example) @everyone>')
  const embed = checkDiscord(discord(told))
  assert.is(embed.url, undefined)
  assert.is(embed.fields[0]?.value, String.raw`[\<!channel\|x\> \[a\]\(https://evil.example\) \@everyone](https://example.com/a%7C%3Cb%3E%29%28c)`)
})

test('what is too long is cut, whatever it is made of', () => {
  const long = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('&<>'.repeat(2000), '😀'.repeat(3000), 'x'.repeat(5000), ' ', ''))
  const artifact = fc.record({ name: long, kind: long, url: fc.oneof(long, long.map(text => `https://example.com/${text}`)), destination: long.filter(text => text !== ''), digest: fc.constant(digest) })
  fc.assert(fc.property(fc.record({ project: long, version: long, notes: long, artifacts: fc.array(artifact, { minLength: 1, maxLength: 40 }) }), changed => {
    const told = { ...announcement, ...changed }
    for (const payload of [checkSlack(slack(told)), checkDiscord(discord(told))]) assert.not.match(JSON.stringify(payload), /\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])/i)
  }), { numRuns: 60 })
})

test.run()
