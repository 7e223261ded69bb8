import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { BuildDefinition } from '../../goals.ts'
import { emptyLock, parseLock, type Lock } from '../../formats/lock-file.ts'
import { parseReference, referenceText } from '../../oci/reference.ts'
import type { Base, BasePlace } from '../../values/base.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { frozen } from '../../values/frozen.ts'
import { mirrorsOf } from '../../values/mirrors.ts'
import { nearest } from '../../values/nearest.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import type { Setting } from '../setting.ts'

/** The base that Slipway puts together itself. */
const own = 'static'

/** Where bases are pinned: beside build.ts. */
export function lockFileOf({ place }: Pick<Setting, 'place'>): string {
  return join(place.root, 'slipway.lock')
}

/** @throws ReleaseError (FILES) for one that cannot be read */
export function readLock(file: string): Lock {
  if (!existsSync(file)) return emptyLock
  try {
    return parseLock(readFileSync(file, 'utf8'), file)
  } catch (cause) {
    if (cause instanceof ReleaseError) throw cause
    throw new ReleaseError(`Cannot read ${file}: ${(cause as Error).message}`, { code: 'FILES', hint: 'Make it a file that can be read, or take it away.', cause })
  }
}

/** The references of a build.ts in full, by distro. @throws ReleaseError (USAGE) for one that is none */
export function referencesOf({ bases = {} }: BuildDefinition): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(bases).map(([distro, text]) => {
    if (!/^[a-z0-9][a-z0-9._-]*$/.test(distro)) {
      throw new ReleaseError(`Cannot use the distro ${JSON.stringify(distro)}: tags carry it`, { code: 'USAGE', hint: 'Write lower case letters, digits, and . _ - between them.' })
    }
    const reference = parseReference(text)
    return [distro, referenceText(reference.tag || reference.digest ? reference : { ...reference, tag: 'latest' })]
  }))
}

/**
 * Gives each distro of a build.ts its base, as slipway.lock pins it; the lock is read when the first one is asked for.
 * @param repository the root of the project's repository, absolute
 */
export function basesOf(setting: Setting, toolchain: Toolchain, repository: string): (distro: string) => Base {
  const references = referencesOf(setting.definition)
  const file = lockFileOf(setting)
  const place = frozen(placeOf(setting, toolchain))
  const inside = (path: string | undefined): { readonly reads?: readonly string[] } =>
    path !== undefined && !relative(repository, path).startsWith('..') && !isAbsolute(relative(repository, path)) ? { reads: [path] } : {}
  let lock: Lock | undefined
  return distro => {
    const reference = Object.hasOwn(references, distro) ? references[distro] : undefined
    if (reference === undefined && distro !== own) throw unknown(distro, Object.keys(references))
    if (reference === undefined) return staticBase({ ...place, ...inside(place.certificates) }, toolchain)
    lock ??= readLock(file)
    const locked = Object.hasOwn(lock.bases, reference) ? lock.bases[reference] : undefined
    if (!locked) return { kind: 'base', from: 'nowhere', distro, reference, place, reason: `${reference} is not locked: npx tsx build.ts lock` }
    return { kind: 'base', from: 'registry', distro, reference, place: frozen({ ...place, ...inside(file) }), digest: locked.digest, platforms: locked.platforms }
  }
}

function staticBase(place: BasePlace, { go }: Toolchain): Base {
  const certificates = place.certificates === undefined ? `Node.js ${process.versions.node}` : digestOf(readCertificates(place.certificates))
  return { kind: 'base', from: 'parts', distro: own, certificates, zones: go, place }
}

function readCertificates(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ReleaseError(`Cannot read the certificates ${file}: ${(cause as Error).message}`, {
      code: 'FILES', hint: 'Correct certificates in build.ts, or take it out: Node carries a list.', cause,
    })
  }
}

/** The caller's variables: credential helpers read many of them. */
export function registryEnvironment(environment: Setting['environment']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function placeOf({ definition, environment, place }: Setting, toolchain: Toolchain): BasePlace {
  return {
    environment: registryEnvironment(environment),
    mirrors: mirrorsOf(definition.mirrors, environment['SLIPWAY_MIRRORS']),
    zones: join(dirname(dirname(toolchain.place.program)), 'lib', 'time', 'zoneinfo.zip'),
    ...(definition.certificates === undefined ? {} : { certificates: resolve(place.root, definition.certificates) }),
  }
}

function unknown(distro: string, distros: readonly string[]): ReleaseError {
  const meant = nearest(distro, [...distros, own])
  return new ReleaseError(`Cannot use the base ${distro}: build.ts names none`, {
    code: 'USAGE', hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Add it: bases: { ${distro}: 'registry/repository:tag' }.`,
  })
}
