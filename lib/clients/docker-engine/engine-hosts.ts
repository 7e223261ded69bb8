import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReleaseError } from '../../values/errors.ts'

/** Where a Docker Engine may be. */
export interface EngineHost {
  /** `unix:///var/run/docker.sock`, `tcp://192.0.2.1:2376`, `npipe:////./pipe/docker_engine`. */
  readonly host: string
  /** What says so, for errors; undefined for the places where it is by custom. */
  readonly from?: string
  readonly tls?: EngineTls
}

/** PEM texts. */
export interface EngineTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where a Docker Engine may be, in the order in which Docker's own command line looks: DOCKER_HOST, the context of DOCKER_CONTEXT
 * or of its config.json; without those the sockets of the system, of the user, and of desktop products.
 * @throws ReleaseError (DOCKER) where a context that is named does not exist
 */
export async function engineHosts(environment: Environment, platform: NodeJS.Platform): Promise<readonly EngineHost[]> {
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? ''
  const folder = environment['DOCKER_CONFIG'] || join(home, '.docker')
  const named = environment['DOCKER_HOST']
  if (named) {
    // As Docker's own: any value of DOCKER_TLS_VERIFY but none asks for TLS.
    const tls = environment['DOCKER_TLS_VERIFY'] ? await tlsIn(environment['DOCKER_CERT_PATH'] || folder) : undefined
    return [{ host: named.includes('://') ? named : `tcp://${named}`, from: 'DOCKER_HOST', ...tls && { tls } }]
  }
  const context = environment['DOCKER_CONTEXT'] || await currentContext(folder)
  if (context && context !== 'default') return [await contextHost(context, folder)]
  return customary(home, environment['XDG_RUNTIME_DIR'], platform)
}

function customary(home: string, runtime: string | undefined, platform: NodeJS.Platform): readonly EngineHost[] {
  if (platform === 'win32') return [{ host: 'npipe:////./pipe/docker_engine' }]
  const own = ['.docker/run/docker.sock', '.docker/desktop/docker.sock', '.colima/default/docker.sock', '.colima/docker.sock', '.orbstack/run/docker.sock', '.rd/docker.sock']
  const sockets = ['/var/run/docker.sock', ...runtime ? [join(runtime, 'docker.sock')] : [], ...home ? own.map(path => join(home, path)) : []]
  return sockets.map(path => ({ host: `unix://${path}` }))
}

async function currentContext(folder: string): Promise<string | undefined> {
  const text = await textOf(join(folder, 'config.json'))
  if (text === undefined) return undefined
  try {
    const { currentContext: name } = JSON.parse(text) as { readonly currentContext?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch (cause) {
    throw new ReleaseError(`Cannot find the Docker Engine: ${join(folder, 'config.json')} is no JSON`, { code: 'DOCKER', cause, hint: 'Correct it, or set DOCKER_HOST.' })
  }
}

/** Docker's command line keeps a context in a folder that is called as the SHA-256 digest of its name. */
async function contextHost(name: string, folder: string): Promise<EngineHost> {
  const hex = createHash('sha256').update(name).digest('hex')
  const text = await textOf(join(folder, 'contexts', 'meta', hex, 'meta.json'))
  const host = text === undefined ? undefined : hostOf(text)
  if (host === undefined) {
    throw new ReleaseError(`Cannot find the Docker Engine: the context ${name} ${text === undefined ? 'does not exist' : 'names no host'}`, {
      code: 'DOCKER', hint: 'See docker context ls, or set DOCKER_HOST.',
    })
  }
  const tls = await tlsIn(join(folder, 'contexts', 'tls', hex, 'docker'))
  return { host, from: `the context ${name}`, ...Object.keys(tls).length > 0 && { tls } }
}

function hostOf(text: string): string | undefined {
  try {
    const meta = JSON.parse(text) as { readonly Endpoints?: { readonly docker?: { readonly Host?: unknown } } }
    const host = meta.Endpoints?.docker?.Host
    return typeof host === 'string' && host !== '' ? host : undefined
  } catch {
    return undefined
  }
}

async function tlsIn(folder: string): Promise<EngineTls> {
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map(name => textOf(join(folder, name))))
  return { ...ca !== undefined && { ca }, ...cert !== undefined && { cert }, ...key !== undefined && { key } }
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}
