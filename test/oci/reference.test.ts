import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseReference, referenceText, tagOf } from '../../lib/oci/reference.ts'
import type { Digest } from '../../lib/values/descriptor.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const hex = '0123456789abcdef'.repeat(4)
const digest: Digest = `sha256:${hex}`

/** What people write, and its full form. */
const forms: readonly (readonly [text: string, full: string])[] = [
  ['alpine', 'docker.io/library/alpine'],
  ['alpine:3', 'docker.io/library/alpine:3'],
  ['user/app', 'docker.io/user/app'],
  ['user/app/deep:Tag_1.x-y', 'docker.io/user/app/deep:Tag_1.x-y'],
  ['docker.io/alpine', 'docker.io/library/alpine'],
  ['Docker.IO/alpine', 'docker.io/library/alpine'],
  ['index.docker.io/alpine', 'docker.io/library/alpine'],
  ['index.docker.io/user/app', 'docker.io/user/app'],
  ['library/alpine', 'docker.io/library/alpine'],
  ['localhost/app', 'localhost/app'],
  ['localhost:5000/app:1', 'localhost:5000/app:1'],
  ['localhost:5000', 'docker.io/library/localhost:5000'],
  ['test.com:5000', 'docker.io/library/test.com:5000'],
  ['test:5000/repo', 'test:5000/repo'],
  ['test_com/foo', 'docker.io/test_com/foo'],
  ['GHCR.io/example/app', 'ghcr.io/example/app'],
  ['ghcr.io/example/my__app.x---y', 'ghcr.io/example/my__app.x---y'],
  ['192.168.1.1:5000/repo:5050', '192.168.1.1:5000/repo:5050'],
  ['xn--7o8h.com/myimage:xn--7o8h.com', 'xn--7o8h.com/myimage:xn--7o8h.com'],
  ['b.gcr.io/test.example.com/my-app:test.example.com', 'b.gcr.io/test.example.com/my-app:test.example.com'],
  ['[::1]/repo', '[::1]/repo'],
  ['[2001:DB8::1]:5000/repo:tag', '[2001:db8::1]:5000/repo:tag'],
  ['[2001:db8:1:2:3:4:5:6]/repo', '[2001:db8:1:2:3:4:5:6]/repo'],
  [`alpine@${digest}`, `docker.io/library/alpine@${digest}`],
  [`alpine:3.20@${digest}`, `docker.io/library/alpine:3.20@${digest}`],
  [`[::1]:5000/repo:tag@${digest}`, `[::1]:5000/repo:tag@${digest}`],
  [`a/${'b'.repeat(253)}`, `docker.io/a/${'b'.repeat(253)}`],
  [`x:${'t'.repeat(128)}`, `docker.io/library/x:${'t'.repeat(128)}`],
]

for (const [text, full] of forms) test(`${text} is ${full}`, () => { assert.is(referenceText(parseReference(text)), full) })

test('the parts are told apart', () => {
  assert.equal(parseReference(`localhost:5000/a/b:1@${digest}`), { host: 'localhost:5000', repository: 'a/b', tag: '1', digest })
  assert.equal(parseReference('alpine'), { host: 'docker.io', repository: 'library/alpine' })
})

test('what has no tag means latest', () => {
  assert.is(tagOf(parseReference('alpine')), 'latest')
  assert.is(tagOf(parseReference('alpine:3')), '3')
})

const refused: readonly (readonly [text: string, why: string])[] = [
  ['', 'it is empty'],
  ['al pine', 'it has white space in it'],
  ['alpine\n', 'it has white space in it'],
  ['https://ghcr.io/example/app', 'it is a URL'],
  ['oci://ghcr.io/example/app', 'it is a URL'],
  [hex, 'it is the id of an image, and names no repository'],
  ['[::1]:5000', 'it names no repository'],
  ['ghcr.io/', 'it names no repository'],
  [':tag', 'it names no repository'],
  [`@${digest}`, 'it names no repository'],
  ['ghcr.io/:tag', 'it names no repository'],
  ['ghcr.io//app', 'a part of its repository is empty'],
  ['ghcr.io/app/', 'a part of its repository is empty'],
  ['user//app', 'a part of its repository is empty'],
  ['/app', 'a part of its repository is empty'],
  ['Alpine', 'its repository "Alpine" has upper-case letters'],
  ['User/app', 'its repository "User/app" has upper-case letters'],
  ['ghcr.io/Example/app', 'its repository "Example/app" has upper-case letters'],
  ['ghcr.io/example/-app', '"-app" cannot be part of a repository\'s name'],
  ['ghcr.io/example/app.', '"app." cannot be part of a repository\'s name'],
  ['ghcr.io/a..b/app', '"a..b" cannot be part of a repository\'s name'],
  ['ghcr.io/a___b/app', '"a___b" cannot be part of a repository\'s name'],
  ['aa/asdf$$^/aa', '"asdf$$^" cannot be part of a repository\'s name'],
  ['ghcr.io/exämple/app', '"exämple" cannot be part of a repository\'s name'],
  [`a/${'b'.repeat(254)}`, 'its repository has 256 characters, more than 255'],
  ['foo_bar.com/app', '"foo_bar.com" is no host'],
  ['-a.com/app', '"-a.com" is no host'],
  ['a..com/app', '"a..com" is no host'],
  ['[fe80::1%eth0]:5000/repo', '"[fe80::1%eth0]" is no host'],
  ['[::ffff:1.2.3.4]/repo', '"[::ffff:1.2.3.4]" is no host'],
  ['[1]/repo', '"[1]" cannot be part of a repository\'s name'],
  ['[:::]/repo', '"[:::]" is no host'],
  ['ghcr.io:/app', '"" is no port'],
  ['ghcr.io:x/app', '"x" is no port'],
  ['ghcr.io:65536/app', '"65536" is no port'],
  ['localhost:0/app', '"0" is no port'],
  ['alpine:', 'the tag is empty'],
  ['alpine:.x', 'the tag ".x" starts with a "."'],
  ['alpine:-x', 'the tag "-x" starts with a "-"'],
  ['alpine:1.2.3+build', 'the tag "1.2.3+build" has a "+" in it'],
  ['localhost:5000:1', 'the tag "5000:1" has a ":" in it'],
  [`alpine:${'t'.repeat(129)}`, 'the tag has 129 characters, more than 128'],
  ['alpine@', '"" is no digest'],
  ['alpine@3', '"3" is no digest'],
  [`alpine@sha256:${hex.slice(1)}`, 'the digest has 63 digits in place of 64'],
  [`alpine@sha256:${hex.toUpperCase()}`, 'the digits of a digest are written in lower case'],
  [`alpine@sha256:${'g'.repeat(64)}`, `"sha256:${'g'.repeat(64)}" is no digest: its digits are not hexadecimal`],
  [`alpine@sha512:${hex}${hex}`, 'digests of sha512 are not supported, only those of sha256'],
]

for (const [text, why] of refused) {
  test(`${JSON.stringify(text)} is refused`, () => {
    const error = thrown(text)
    assert.is(error.code, 'NAME')
    assert.ok(error.message.startsWith('Cannot use the image reference "'))
    assert.is(error.message.slice(-why.length), why)
    assert.ok(error.hint)
  })
}

test('a password is not shown', () => {
  for (const text of ['https://me:hunter2@ghcr.io/app:1', 'me:hunter2@ghcr.io/app', 'me:hunter2@localhost:5000/app', `me:hunter2@x@${digest}`]) {
    assert.not.match(thrown(text).message, /hunter2/)
  }
})

const part = fc.stringMatching(/^[a-z0-9]{1,4}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/)
const host = fc.oneof(
  fc.constantFrom('localhost', '127.0.0.1:5000', '[::1]', '[2001:db8::1]:443', 'docker.io'),
  fc.stringMatching(/^[a-z]([a-z0-9-]{0,5}[a-z0-9])?\.[a-z]{2,3}(:[1-9][0-9]{0,3})?$/))
const repository = fc.array(part, { minLength: 2, maxLength: 4 }).map(parts => parts.join('/'))
const optional = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined })
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/)
const anyDigest = fc.stringMatching(/^[0-9a-f]{64}$/).map((digits): Digest => `sha256:${digits}`)

test('every reference is read back from its text', () => {
  fc.assert(fc.property(host, repository, optional(tag), optional(anyDigest), (name, path, label, bytes) => {
    const reference = { host: name, repository: path, ...label !== undefined && { tag: label }, ...bytes !== undefined && { digest: bytes } }
    assert.equal(parseReference(referenceText(reference)), reference)
  }))
})

test('every text is a reference that stays itself, or refused in words', () => {
  const pieces = fc.array(fc.oneof(part, fc.constantFrom('/', ':', '@', '.', '[', ']', 'A', ' ', digest, 'localhost', '::'), fc.string({ maxLength: 3 })), { maxLength: 8 })
  fc.assert(fc.property(pieces, found => {
    try {
      const reference = parseReference(found.join(''))
      assert.equal(parseReference(referenceText(reference)), reference)
    } catch (error) {
      assert.instance(error, ReleaseError)
    }
  }), { numRuns: 1000 })
})

function thrown(text: string): ReleaseError {
  try {
    parseReference(text)
  } catch (error) {
    if (error instanceof ReleaseError) return error
  }
  throw new Error(`${text} is taken`)
}

test.run()
