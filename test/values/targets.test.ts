import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Target } from '../../lib/values/target.ts'
import { commonPlatforms, matrix, on, resolveTargets, type TargetRequest } from '../../lib/values/targets.ts'
import type { Toolchain } from '../../lib/values/toolchain.ts'

const toolchain: Toolchain = {
  kind: 'toolchain', go: 'go1.26.8',
  place: {
    host: 'linux/amd64', program: '/go/bin/go', environment: {},
    platforms: [
      ...known('darwin/amd64', 'darwin/arm64', 'freebsd/386', 'freebsd/amd64', 'linux/386', 'linux/amd64', 'linux/arm',
        'linux/arm64', 'linux/ppc64le', 'windows/amd64'),
      { target: 'freebsd/riscv64', cgo: true, broken: true },
    ],
  },
}

function known(...targets: readonly Target[]): Toolchain['place']['platforms'] {
  return targets.map(target => ({ target, cgo: true, broken: false }))
}

function refusal(requested: TargetRequest): ReleaseError {
  try {
    resolveTargets(requested, toolchain)
  } catch (error) {
    assert.instance(error, ReleaseError)
    return error as ReleaseError
  }
  throw new Error('Nothing was refused')
}

test('a matrix is operating systems times architectures, in the order they are written', () => {
  const { pairs } = matrix({ linux: ['amd64', 'arm/v7'], darwin: ['arm64'] })
  assert.equal(pairs, ['linux/amd64', 'linux/arm/v7', 'darwin/arm64'])
})

test('pairs of a matrix that do not exist are absent, with the reason', () => {
  const asked = matrix({ freebsd: ['amd64', 'ppc64le', 'riscv64'], linux: ['arm64'] })
  const { targets, absent } = resolveTargets(asked, toolchain)
  assert.equal(targets, ['freebsd/amd64', 'linux/arm64'])
  assert.equal(absent, [
    { target: 'freebsd/ppc64le', reason: 'go 1.26.8 has no freebsd/ppc64le' },
    { target: 'freebsd/riscv64', reason: 'go 1.26.8 marks freebsd/riscv64 as broken' },
  ])
})

test('a variant rides on its pair', () => {
  const { targets, absent } = resolveTargets(matrix({ linux: ['arm/v7', 'amd64/v3'], windows: ['arm/v7'] }), toolchain)
  assert.equal(targets, ['linux/arm/v7', 'linux/amd64/v3'])
  assert.equal(absent, [{ target: 'windows/arm/v7', reason: 'go 1.26.8 has no windows/arm' }])
})

test('matrices and names mix, and each target is built once', () => {
  const { targets } = resolveTargets([matrix({ linux: ['amd64', '386'] }), 'darwin/arm64', 'linux/amd64'], toolchain)
  assert.equal(targets, ['linux/amd64', 'linux/386', 'darwin/arm64'])
})

test('a name that does not exist is refused with the nearest one and what there is', () => {
  const error = refusal(['linux/amd46'])
  assert.is(error.code, 'TARGET')
  assert.is(error.message, 'Cannot build for linux/amd46: go 1.26.8 has no linux/amd46')
  assert.is(error.hint, 'Did you mean linux/amd64? Go builds linux for 386, amd64, arm, arm64, ppc64le.')
})

test('a broken one that is named is refused, and not suggested', () => {
  const error = refusal([commonPlatforms, 'freebsd/riscv64'])
  assert.is(error.message, 'Cannot build for freebsd/riscv64: go 1.26.8 marks freebsd/riscv64 as broken')
  assert.match(error.hint ?? '', /Go builds freebsd for 386, amd64\.$/)
})

test('names by which others know a platform are understood', () => {
  assert.match(refusal(['macos/aarch64']).hint ?? '', /^Did you mean darwin\/arm64\?/)
  assert.match(refusal(['Linux/x86_64']).hint ?? '', /^Did you mean linux\/amd64\?/)
  assert.is(refusal(['beos/m68k']).hint, 'See what there is with `go tool dist list`.')
})

test('what is no platform, or no variant, is refused', () => {
  assert.match(refusal(['linux' as Target]).message, /is no platform$/)
  assert.match(refusal(['linux/amd64/v9']).message, /has no variant v9$/)
})

test('nothing to build is refused', () => {
  assert.match(refusal([]).message, /no target is named$/)
  assert.match(refusal(matrix({ plan9: ['arm'] })).message, /go 1.26.8 has no plan9\/arm$/)
})

test('on() picks steps and artifacts by operating system or architecture', () => {
  const targets: readonly Target[] = ['linux/amd64', 'linux/arm/v7', 'darwin/arm64']
  const steps = targets.map(target => ({ outline: { kind: 'binary', target } }))
  const artifacts: { name: string, target?: Target }[] = [{ name: 'a', target: 'linux/arm64' }, { name: 'b' }]
  assert.equal(steps.filter(on('linux')).map(step => step.outline.target), ['linux/amd64', 'linux/arm/v7'])
  assert.equal(steps.filter(on('linux', 'arm')).map(step => step.outline.target), ['linux/arm/v7'])
  assert.equal(steps.filter(on('linux', 'arm/v7')).map(step => step.outline.target), ['linux/arm/v7'])
  assert.equal(artifacts.filter(on('linux', 'arm')), [])
  assert.equal(artifacts.filter(on('linux')).map(({ name }) => name), ['a'])
})

test.run()
