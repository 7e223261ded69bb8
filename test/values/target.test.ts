import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReleaseError } from '../../lib/values/errors.ts'
import { goEnvironment, pairOf, platformOf, targetToken } from '../../lib/values/target.ts'

const targets: readonly (readonly [target: string, token: string, environment: Readonly<Record<string, string>>])[] = [
  ['linux/amd64', 'linux_amd64', { GOOS: 'linux', GOARCH: 'amd64' }],
  ['linux/amd64/v3', 'linux_amd64v3', { GOOS: 'linux', GOARCH: 'amd64', GOAMD64: 'v3' }],
  ['linux/arm', 'linux_arm', { GOOS: 'linux', GOARCH: 'arm' }],
  ['linux/arm/v7', 'linux_armv7', { GOOS: 'linux', GOARCH: 'arm', GOARM: '7' }],
  ['linux/arm/v6,softfloat', 'linux_armv6_softfloat', { GOOS: 'linux', GOARCH: 'arm', GOARM: '6,softfloat' }],
  ['linux/arm64/v9.0', 'linux_arm64v9.0', { GOOS: 'linux', GOARCH: 'arm64', GOARM64: 'v9.0' }],
  ['linux/arm64/v8.1,lse,crypto', 'linux_arm64v8.1_lse_crypto', { GOOS: 'linux', GOARCH: 'arm64', GOARM64: 'v8.1,lse,crypto' }],
  ['linux/386/softfloat', 'linux_386_softfloat', { GOOS: 'linux', GOARCH: '386', GO386: 'softfloat' }],
  ['linux/mips/softfloat', 'linux_mips_softfloat', { GOOS: 'linux', GOARCH: 'mips', GOMIPS: 'softfloat' }],
  ['linux/mips64le/hardfloat', 'linux_mips64le_hardfloat', { GOOS: 'linux', GOARCH: 'mips64le', GOMIPS64: 'hardfloat' }],
  ['linux/ppc64le/power9', 'linux_ppc64le_power9', { GOOS: 'linux', GOARCH: 'ppc64le', GOPPC64: 'power9' }],
  ['linux/riscv64/rva23u64', 'linux_riscv64_rva23u64', { GOOS: 'linux', GOARCH: 'riscv64', GORISCV64: 'rva23u64' }],
  ['js/wasm/satconv,signext', 'js_wasm_satconv_signext', { GOOS: 'js', GOARCH: 'wasm', GOWASM: 'satconv,signext' }],
  ['plan9/new', 'plan9_new', { GOOS: 'plan9', GOARCH: 'new' }],
]

for (const [target, token, environment] of targets) {
  test(`${target} is ${token}`, () => {
    assert.is(targetToken(target), token)
    assert.equal(goEnvironment(target), environment)
    const { os, architecture, variant } = platformOf(target)
    assert.is([os, architecture, ...variant === undefined ? [] : [variant]].join('/'), target)
    assert.is(pairOf(target), `${os}/${architecture}`)
  })
}

test('what is no platform is refused', () => {
  for (const target of ['', 'linux', 'linux/', '/amd64', 'linux//v1', 'linux/amd64/', 'linux/arm/v7/x', '/']) {
    assert.throws(() => platformOf(target), (error: ReleaseError) => error.code === 'TARGET' && error.message.endsWith('it is no platform'), target)
  }
})

test('a variant that does not exist is refused with those that do', () => {
  const variants: readonly (readonly [target: string, hint: string])[] = [
    ['linux/amd64/v5', 'Use one of v1, v2, v3, v4.'], ['linux/amd64/3', 'Use one of v1, v2, v3, v4.'],
    ['linux/arm/7', 'Use one of v5, v6, v7, each with ,softfloat or ,hardfloat.'], ['linux/arm64/v10.0', 'Use one of v8.0 to v9.5, with ,lse and ,crypto.'],
    ['linux/s390x/z13', 'Write linux/s390x.'], ['linux/constructor/v1', 'Write linux/constructor.'], ['linux/__proto__/v1', 'Write linux/__proto__.'],
  ]
  for (const [target, hint] of variants) assert.throws(() => platformOf(target), (error: ReleaseError) => error.code === 'TARGET' && error.hint === hint, target)
})

test.run()
