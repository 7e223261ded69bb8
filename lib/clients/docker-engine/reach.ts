import { access, constants } from 'node:fs/promises'
import type { EngineHost, EngineTls } from './engine-hosts.ts'

export interface Tried {
  readonly host: EngineHost
  readonly why: string
}

/** How to reach an Engine, all of it said, since dockerode looks into the environment for what is not. */
export interface EngineAddress extends EngineTls {
  readonly socketPath: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly protocol: 'http' | 'https'
}

/** The address of a host; undefined where it cannot be used, which is noted. */
export async function reach(engine: EngineHost, tried: Tried[]): Promise<EngineAddress | undefined> {
  const { host, tls } = engine
  const refuse = (why: string): undefined => void tried.push({ host: engine, why })
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? []
  if (scheme === 'unix' || scheme === 'npipe') {
    const problem = scheme === 'unix' ? await socketProblem(rest) : undefined
    return problem === undefined ? { socketPath: rest, host: undefined, port: undefined, protocol: 'http' } : refuse(problem)
  }
  if (scheme === 'ssh') return refuse('ssh is not supported: forward the socket with ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock, and set DOCKER_HOST to unix:///tmp/docker.sock')
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') return refuse('it is no unix://, npipe:// or tcp:// address')
  const secure = tls !== undefined || scheme === 'https'
  const { hostname, port } = hostOf(rest)
  return hostname === '' ? refuse('it names no host')
    : { socketPath: undefined, host: hostname, port: port || (secure ? 2376 : 2375), protocol: secure ? 'https' : 'http', ...tls }
}

function hostOf(text: string): { readonly hostname: string; readonly port: number } {
  try {
    const { hostname, port } = new URL(`tcp://${text}`)
    return { hostname, port: Number(port) }
  } catch {
    return { hostname: '', port: 0 }
  }
}

async function socketProblem(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK)
    return undefined
  } catch (error) {
    const denied = (error as NodeJS.ErrnoException).code === 'EACCES'
    return denied ? 'the permission is missing: is this user in the group docker?' : 'there is no such socket'
  }
}
