import type { AbsentTarget } from './release.ts'
import type { KnownPlatform, Toolchain } from './toolchain.ts'
import { ReleaseError } from './errors.ts'
import { nearest } from './nearest.ts'
import { pairOf, type Target } from './target.ts'

/** Operating systems times architectures, as they were asked for: pairs that Go does not have are no errors. */
export interface Matrix {
  readonly kind: 'matrix'
  readonly pairs: readonly Target[]
}

/** What a build.ts says it wants: a matrix, or a list of targets and matrices. */
export type TargetRequest = Matrix | readonly (Target | Matrix)[]

export interface ResolvedTargets {
  readonly targets: readonly Target[]
  /** Pairs of a matrix that the toolchain does not have, with the reason. */
  readonly absent: readonly AbsentTarget[]
}

/**
 * Makes targets of operating systems and their architectures, each with a variant where one is wanted.
 * @example matrix({ linux: ['amd64', 'arm64', 'arm/v7'], windows: ['amd64'] })
 */
export function matrix(systems: Readonly<Record<string, readonly string[]>>): Matrix {
  const pairs = Object.entries(systems).flatMap(([os, architectures]) =>
    architectures.map((architecture): Target => `${os}/${architecture}`))
  return { kind: 'matrix', pairs }
}

const unix = ['amd64', 'arm64', '386', 'ppc64le', 's390x', 'riscv64']

/** The platforms that servers and command-line tools are run on; the toolchain decides which of them there are. */
export const commonPlatforms: Matrix = matrix({
  darwin: ['amd64', 'arm64'], linux: unix, freebsd: unix, openbsd: unix, windows: ['amd64', '386'],
})

/**
 * Picks what was made for an operating system, or for one of its architectures: a variant belongs to its architecture.
 * @example binaries.filter(on('linux', 'arm64'))
 */
export function on(os: string, architecture?: string): (thing: Targeted) => boolean {
  const wanted = architecture === undefined ? os : `${os}/${architecture}`
  return thing => {
    const target = 'outline' in thing ? thing.outline.target : thing.target
    return target !== undefined && (target === wanted || target.startsWith(`${wanted}/`))
  }
}

/** A step or an artifact, one target's or nobody's. */
export type Targeted = { readonly outline: { readonly target?: Target } } | { readonly target?: Target }

/**
 * The targets that are built, each once, in the order they were asked for.
 * @throws ReleaseError (TARGET) where one that was named by itself does not exist, or nothing is left
 */
export function resolveTargets(requested: TargetRequest, toolchain: Toolchain): ResolvedTargets {
  const asked = isMatrix(requested) ? [requested] : requested
  const targets = new Set<Target>()
  const absent = new Map<Target, AbsentTarget>()
  for (const request of asked) {
    const named = typeof request === 'string'
    for (const target of named ? [request] : request.pairs) {
      const reason = lack(target, toolchain)
      if (reason === undefined) targets.add(target)
      else if (named) throw unknown(target, reason, toolchain)
      else absent.set(target, { target, reason })
    }
  }
  if (targets.size === 0) throw nothing([...absent.values()])
  return { targets: [...targets], absent: [...absent.values()] }
}

/** Every target that is asked for, whether there is one or not. */
export function requestedTargets(requested: TargetRequest): readonly Target[] {
  const asked = isMatrix(requested) ? [requested] : requested
  return [...new Set(asked.flatMap(request => typeof request === 'string' ? [request] : request.pairs))]
}

function isMatrix(request: TargetRequest): request is Matrix {
  return 'kind' in request
}

/** Why there is no such target; undefined where there is. */
function lack(target: Target, toolchain: Toolchain): string | undefined {
  const pair = pairOf(target)
  const known = toolchain.place.platforms.find(platform => platform.target === pair)
  if (!known) return `${versionOf(toolchain)} has no ${pair}`
  return known.broken ? `${versionOf(toolchain)} marks ${pair} as broken` : undefined
}

function versionOf({ go }: Toolchain): string {
  return go.replace(/^go(?=\d)/, 'go ')
}

function unknown(target: Target, reason: string, toolchain: Toolchain): ReleaseError {
  return new ReleaseError(`Cannot build for ${target}: ${reason}`, {
    code: 'TARGET', hint: suggestions(target, toolchain.place.platforms.filter(({ broken }) => !broken)),
  })
}

/** Names that uname, Debian and Docker know platforms by. */
const otherNames: Readonly<Record<string, string>> = {
  macos: 'darwin', osx: 'darwin', mac: 'darwin', win: 'windows', win32: 'windows', win64: 'windows',
  x86_64: 'amd64', x64: 'amd64', aarch64: 'arm64', i386: '386', i686: '386', x86: '386', ppc64el: 'ppc64le',
}

function suggestions(target: Target, platforms: readonly KnownPlatform[]): string {
  const names = platforms.map(platform => platform.target)
  const parts = target.toLowerCase().split('/')
  const [os = '', architecture = ''] = parts.map(part => otherNames[part] ?? part)
  const siblings = names.filter(name => name.startsWith(`${os}/`)).map(name => name.slice(os.length + 1))
  const meant = nearest(`${os}/${architecture}`, names)
  const question = meant === undefined ? '' : `Did you mean ${meant}? `
  return question + (siblings.length > 0
    ? `Go builds ${os} for ${siblings.join(', ')}.`
    : 'See what there is with `go tool dist list`.')
}

function nothing(absent: readonly AbsentTarget[]): ReleaseError {
  const why = absent.length > 0 ? absent.map(({ reason }) => reason).join('; ') : 'no target is named'
  return new ReleaseError(`Cannot build for any platform: ${why}`, {
    code: 'TARGET', hint: 'Name targets such as linux/amd64, or a matrix of platforms that Go has.',
  })
}
