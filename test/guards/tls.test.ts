import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readModules } from '../support/modules.ts'

// Certificates are always looked at: by us, by git, by ssh, and by whatever else is started. Where one is not trusted, SSL_CERT_FILE names its authority.

const switches: readonly RegExp[] = [
  /rejectUnauthorized(?!: true)/, /NODE_TLS_REJECT_UNAUTHORIZED/, /checkServerIdentity/, /SSL_OP_|secureProtocol|minVersion|ciphers/, /GIT_SSL_NO_VERIFY/, /sslVerify/i,
  /--(?:insecure|no-check-certificate|allow-insecure|insecure-skip-tls-verify|plain-http)\b/, /tls-verify|tlsVerify|skip-?tls/i, /StrictHostKeyChecking/i, /UserKnownHostsFile/i, /curl\b.*\s-\w*k\b/,
]

/** What switches it off, in a text without comments. */
function switchesIn(code: string): readonly string[] {
  return switches.flatMap(one => one.exec(code)?.[0] ?? [])
}

test('nothing switches TLS off, nor the host keys of ssh', () => {
  const modules = readModules()
  assert.ok(modules.some(({ code }) => code.includes('rejectUnauthorized: true')), 'it is said where connections are made')
  assert.equal(modules.flatMap(({ file, code }) => switchesIn(code).map(found => `${file}: ${found}`)), [])
})

test('no example and no page of the documentation tells how', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const pages = ['docs', 'examples'].flatMap(folder => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(path => join(folder, path)))
    .filter(path => /\.(md|ts|ya?ml|sh)$/.test(path) && !/node_modules|(^|[/\\])dist/.test(path))
  assert.ok(pages.length > 10)
  assert.equal(pages.flatMap(path => switchesIn(readFileSync(join(root, path), 'utf8')).map(found => `${path}: ${found}`)), [])
})

test('a switch would be found', () => {
  for (const code of ['new Agent({ rejectUnauthorized: false })', "env: { GIT_SSL_NO_VERIFY: '1' }", "['-c', 'http.sslVerify=false']", "'ssh -o StrictHostKeyChecking=no'", "['--insecure']", "process.env['NODE_TLS_REJECT_UNAUTHORIZED']"]) {
    assert.is(switchesIn(code).length, 1, code)
  }
})

test.run()
