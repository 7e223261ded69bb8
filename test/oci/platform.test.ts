import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { choosePlatform, normalised, parsePlatform, platformOfTarget, platformText } from '../../lib/oci/platform.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Target } from '../../lib/values/target.ts'

const texts: readonly (readonly [text: string, one: string])[] = [
  ['linux/amd64', 'linux/amd64'], ['linux/amd64/v1', 'linux/amd64'], ['linux/amd64/v3', 'linux/amd64/v3'], ['linux/x86_64', 'linux/amd64'],
  ['linux/x86-64/v2', 'linux/amd64/v2'], ['Linux/AMD64', 'linux/amd64'], ['linux/i386', 'linux/386'], ['linux/386/sse2', 'linux/386'],
  ['linux/arm', 'linux/arm/v7'], ['linux/arm/7', 'linux/arm/v7'], ['linux/arm/v6', 'linux/arm/v6'], ['linux/arm/5', 'linux/arm/v5'],
  ['linux/armhf', 'linux/arm/v7'], ['linux/armel', 'linux/arm/v6'], ['linux/arm/v8', 'linux/arm/v8'],
  ['linux/arm64', 'linux/arm64'], ['linux/arm64/v8', 'linux/arm64'], ['linux/arm64/v8.0', 'linux/arm64'], ['linux/arm64/8', 'linux/arm64'],
  ['linux/arm64/v8.2', 'linux/arm64/v8.2'], ['linux/arm64/v9.0', 'linux/arm64/v9'], ['linux/aarch64', 'linux/arm64'],
  ['linux/ppc64le/power9', 'linux/ppc64le/power9'], ['linux/riscv64', 'linux/riscv64'], ['macos/arm64', 'darwin/arm64'], ['linux/constructor', 'linux/constructor'],
]

for (const [text, one] of texts) test(`${text} is ${one}`, () => { assert.is(platformText(parsePlatform(text)), one) })

for (const text of ['', 'linux', 'linux/', '/amd64', 'linux/arm/', 'linux/arm/v7/x', 'linux/a b', 'linux/*']) {
  test(`${JSON.stringify(text)} is no platform`, () => {
    try {
      parsePlatform(text)
    } catch (error) {
      assert.instance(error, ReleaseError)
      const { code, message } = error as ReleaseError
      assert.equal([code, message],
        ['TARGET', `Cannot use the platform ${JSON.stringify(text)}: it is not os/architecture or os/architecture/variant`])
      return
    }
    assert.unreachable()
  })
}

const targets: readonly (readonly [target: Target, platform: string])[] = [
  ['linux/amd64', 'linux/amd64'], ['linux/amd64/v1', 'linux/amd64'], ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/arm', 'linux/arm/v7'], ['linux/arm/v7', 'linux/arm/v7'], ['linux/arm/v6,softfloat', 'linux/arm/v6'], ['linux/arm/v5', 'linux/arm/v5'],
  ['linux/arm64', 'linux/arm64'], ['linux/arm64/v8.0', 'linux/arm64'], ['linux/arm64/v8.1,lse,crypto', 'linux/arm64/v8.1'], ['linux/arm64/v9.0,lse', 'linux/arm64/v9'],
  ['linux/386', 'linux/386'], ['linux/386/softfloat', 'linux/386'], ['linux/mips64le/hardfloat', 'linux/mips64le'],
  ['linux/ppc64le/power10', 'linux/ppc64le/power10'], ['linux/riscv64/rva22u64', 'linux/riscv64/rva22u64'], ['linux/s390x', 'linux/s390x'], ['windows/amd64', 'windows/amd64'],
]

for (const [target, platform] of targets) test(`images for ${target} are for ${platform}`, () => { assert.is(platformText(platformOfTarget(target)), platform) })

test('the target itself has to be one', () => {
  assert.throws(() => platformOfTarget('linux/amd64/v9'), /amd64 has no variant v9/)
})

/** What containerd's tests say that a host runs, the best first, and what it does not; other architectures left out. */
const runs: readonly (readonly [host: string, taken: readonly string[], refused: readonly string[]])[] = [
  ['linux/amd64', ['linux/amd64'], ['linux/amd64/v2', 'linux/386', 'windows/amd64', 'linux/arm64']],
  ['linux/amd64/v3', ['linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64/v1'], ['linux/amd64/v4']],
  ['linux/386', ['linux/386'], ['linux/amd64']],
  ['linux/arm/v8', ['linux/arm/v8', 'linux/arm', 'linux/arm/v6', 'linux/arm/v5'], ['linux/arm/v4', 'linux/arm64']],
  ['linux/arm/v7', ['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'], ['linux/arm/v4', 'linux/arm/v8', 'linux/arm64']],
  ['linux/arm/v6', ['linux/arm/v6', 'linux/arm/v5'], ['linux/arm', 'linux/arm/v7']],
  ['linux/arm/v5', ['linux/arm/v5'], ['linux/arm/v6', 'linux/arm']],
  ['linux/arm64', ['linux/arm64'], ['linux/arm64/v8.1', 'linux/arm64/v9', 'linux/arm/v7']],
  ['linux/arm64/v8.1', ['linux/arm64/v8.1', 'linux/arm64/v8'], ['linux/arm64/v8.2', 'linux/arm64/v9']],
  ['linux/arm64/v9.2', ['linux/arm64/v9.2', 'linux/arm64/v9.1', 'linux/arm64/v9', 'linux/arm64/v8.7', 'linux/arm64/v8.1', 'linux/arm64'], ['linux/arm64/v8.8', 'linux/arm64/v9.3']],
  ['linux/ppc64le/power10', ['linux/ppc64le/power10', 'linux/ppc64le/power9', 'linux/ppc64le'], ['linux/ppc64le/power11', 'linux/ppc64le/v1']],
  ['linux/riscv64/rva22u64', ['linux/riscv64/rva22u64', 'linux/riscv64/rva20u64', 'linux/riscv64'], ['linux/riscv64/rva23u64', 'linux/riscv64/rva20s64']],
  ['linux/riscv64', ['linux/riscv64'], ['linux/riscv64/rva20u64']],
]

for (const [host, taken, refused] of runs) {
  test(`${host} takes the nearest that it runs`, () => {
    for (const [index, best] of taken.entries()) {
      const there = [...refused, ...taken.slice(index).reverse()]
      assert.is(chosen(there, host), best)
      assert.is(chosen(there.toReversed(), host), best)
    }
    assert.is(chosen(refused, host), undefined)
  })
}

test('of equals the first is chosen', () => {
  const [first, second] = [entry('linux/arm64', 'first'), entry('linux/arm64/v8', 'second')]
  assert.is(choosePlatform([first, second], parsePlatform('linux/arm64')), first)
  assert.is(choosePlatform([second, first], parsePlatform('linux/arm64')), second)
})

test('attestations and entries without a platform are never chosen', () => {
  const attestation: OciDescriptor = { ...entry('linux/amd64'), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
  const unknown = entry('unknown/unknown')
  const { platform: _, ...bare } = entry('linux/amd64')
  assert.is(choosePlatform([attestation, unknown, bare], parsePlatform('linux/amd64')), undefined)
  assert.is(choosePlatform([unknown], { os: 'unknown', architecture: 'unknown' }), undefined)
})

test('what an image needs of the system has to be there', () => {
  const needy: OciDescriptor = { ...entry('windows/amd64'), platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1', 'os.features': ['win32k'] } }
  const wanted = parsePlatform('windows/amd64')
  assert.is(choosePlatform([needy], wanted), undefined)
  assert.is(choosePlatform([needy], { ...wanted, 'os.features': ['win32k', 'other'] }), needy)
  assert.is(choosePlatform([needy], { ...wanted, 'os.features': ['win32k'], 'os.version': '10.0.2' }), undefined)
})

test('the one form of the one form is itself, and it runs itself', () => {
  const word = fc.oneof(fc.constantFrom('linux', 'amd64', 'arm', 'arm64', 'x86_64', 'armel', 'v7', 'v8', '8', 'v8.0', 'v9.2', '386', 'power9'), fc.stringMatching(/^[A-Za-z0-9_.-]{1,6}$/))
  fc.assert(fc.property(word, word, fc.option(word, { nil: undefined }), (os, architecture, variant) => {
    const one = normalised({ os, architecture, ...variant !== undefined && { variant } })
    assert.equal(normalised(one), one)
    assert.ok(choosePlatform([{ ...entry('linux/x'), platform: one }], { os, architecture, ...variant !== undefined && { variant } }))
  }))
})

function entry(text: string, name = text): OciDescriptor {
  const [os = '', architecture = '', variant] = text.split('/')
  return { mediaType: mediaTypes.manifest, digest: digestOf(name), size: 1, platform: { os, architecture, ...variant !== undefined && { variant } } }
}

/** The text of the one that is chosen, as it was written. */
function chosen(texts: readonly string[], host: string): string | undefined {
  const found = choosePlatform(texts.map(text => entry(text)), parsePlatform(host))
  return found?.platform && platformText(found.platform)
}

test.run()
