import { rm } from 'node:fs/promises'
import { makeBases, noBases, type BasesOptions, type MadeBase } from '../../support/bases.ts'
import { realRegistries, type RunningRegistry } from '../../support/real-registries.ts'

/** A registry with the four bases that stands for the three which have them. */
export interface BaseMirror extends RunningRegistry {
  readonly bases: readonly MadeBase[]
  /** What a build.ts is run with, so that it asks this registry, and nobody outside of this machine. */
  readonly environment: Readonly<Record<string, string>>
}

const [first] = realRegistries()

/** Why there is none here, if so; for `unless`. */
export function noMirror(): string | undefined {
  return first?.reason ?? noBases()
}

/** Makes the bases in a folder of this name, which is gone when it has begun, and starts a registry that has them. */
export async function startMirror(folder: string, options: BasesOptions = {}): Promise<BaseMirror> {
  if (!first) throw new Error('there is no registry')
  const made = await makeBases(folder, options)
  const running = await first.start()
  await made.push(running.host)
  await rm(folder, { recursive: true, force: true })
  return { ...running, bases: made.all, environment: mirrorEnvironment(running.host) }
}

/** The variables that name a mirror, and a proxy that is not there for everything else. */
export function mirrorEnvironment(host: string): Readonly<Record<string, string>> {
  const nowhere = 'http://127.0.0.1:1'
  return {
    SLIPWAY_MIRRORS: ['docker.io', 'gcr.io', 'registry.access.redhat.com'].map(name => `${name}=${host}`).join(','),
    HTTPS_PROXY: nowhere, https_proxy: nowhere, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1',
  }
}
