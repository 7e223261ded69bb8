import { spawnSync } from 'node:child_process'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { alpine } from './bases/alpine.ts'
import type { Base } from './bases/base.ts'
import { debianPackages, type DebianPackages } from './bases/debian-packages.ts'
import { distroless } from './bases/distroless.ts'
import { layoutIn } from './bases/layout.ts'
import { push } from './bases/push.ts'
import { ubi } from './bases/ubi.ts'
import { ubuntu } from './bases/ubuntu.ts'

export interface Bases {
  /** An OCI image layout with all of them, each by its name. */
  readonly folder: string
  readonly all: readonly MadeBase[]
  /** Sends all of them to a registry over plain HTTP: `127.0.0.1:5000`. */
  push(host: string): Promise<void>
}

/** One of them: `library/alpine:3`, `library/ubuntu:24.04`, `distroless/static-debian12:nonroot`, `ubi9/ubi-minimal:latest`. */
export interface MadeBase {
  readonly repository: string
  readonly tag: string
  readonly root: OciDescriptor
  /** What it has: `linux/arm/v7`. */
  readonly platforms: readonly string[]
}

export interface BasesOptions {
  /** With false no layer is in zstd, which the Docker Engine reads since version 23. Default: distroless has one. */
  readonly zstd?: boolean
}

const all: readonly Base[] = [alpine, ubuntu, distroless, ubi]

/** Why no bases can be made here, if so; for `unless`. */
export function noBases(packages = debianPackages()): string | undefined {
  const missing = ['dpkg-deb', 'zstd'].filter(program => spawnSync(program, ['--version']).status !== 0)
  if (missing.length > 0) return `needs ${missing.join(', ')}`
  const whole = ['ca-certificates', 'tzdata'].every(name => packages.has(name, 'all')) && all.every(base => available(base, packages).length > 0)
  return whole ? undefined : 'needs packages of Debian that .ci/tools downloads'
}

/**
 * Makes small bases for several platforms out of Debian's packages, in the shapes of the four that people build on.
 * The same packages give the same bytes. A platform whose packages are not there falls away, with a line that says so.
 */
export async function makeBases(folder: string, { zstd = true }: BasesOptions = {}): Promise<Bases> {
  const layout = await layoutIn(folder)
  const packages = debianPackages()
  const made = await Promise.all(all.map(async (base): Promise<MadeBase> => {
    const platforms = available(base, packages)
    const missing = Object.keys(base.platforms).filter(name => !platforms.includes(name))
    if (missing.length > 0) console.log(`note: ${base.repository} is made without ${missing.join(', ')}: there are no packages for it`)
    return { repository: base.repository, tag: base.tag, platforms, root: await base.make({ layout, packages, platforms, zstd }) }
  }))
  await layout.finish(Object.fromEntries(made.map(({ repository, tag, root }) => [`${repository}:${tag}`, root])))
  return {
    folder, all: made,
    push: async host => {
      for (const { repository, tag, root } of made) await push(layout, root, `http://${host}/v2/${repository}`, tag)
    },
  }
}

function available({ platforms, packages: needed }: Base, packages: DebianPackages): readonly string[] {
  return Object.entries(platforms).filter(([, debian]) => needed.every(name => packages.has(name, debian))).map(([name]) => name)
}
