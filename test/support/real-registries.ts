import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Listening, listening } from './listening.ts'
import { toolsFolder } from './tools-folder.ts'

export interface RealRegistry {
  readonly name: string
  /** Why it is not to be had here, if so; for `unless`. */
  readonly reason?: string
  /** Whether it lists referrers: OCI distribution specification 1.1, "Listing Referrers". */
  readonly referrers: boolean
  /** Whether it can ask for a password. */
  readonly basic: boolean
  /** Starts one with nothing in it, over plain HTTP, on a port of its own. What it keeps is gone after `close`. */
  start(options?: RegistryOptions): Promise<RunningRegistry>
}

export interface RegistryOptions {
  /** Asks for the user name `robot` and the password `sesame`. */
  readonly basic?: boolean
  /** An empty folder for what it keeps, which stays. What is taken away from there, it forgets. Default: one of its own. */
  readonly folder?: string
}

export interface RunningRegistry extends Listening {
  readonly username?: string
  readonly password?: string
}

/** bcrypt, the only form that both take. */
const htpasswd = 'robot:$2y$05$abcdefghijklmnopqrstuuKcS.CYWVYVaLiiCKrrc0A5s3mGesJ9O\n'

/** The registries that other people run, as far as .ci/tools has installed them. */
export function realRegistries(): readonly RealRegistry[] {
  const own = toolsFolder()
  return [
    distribution('docker-registry 2.8', '/usr/bin/docker-registry', {}),
    // Without the variable it looks for somebody to send traces to.
    distribution('distribution 3', join(own, 'distribution'), { OTEL_TRACES_EXPORTER: 'none' }),
    {
      name: 'go-containerregistry', ...unlessThere(join(own, 'referrers-registry')), referrers: true, basic: false,
      start: () => started(() => listening(join(own, 'referrers-registry'), [])),
    },
  ]
}

function distribution(name: string, program: string, env: Readonly<Record<string, string>>): RealRegistry {
  return {
    name, ...unlessThere(program), referrers: false, basic: true,
    start: async ({ basic = false, folder: kept } = {}) => {
      const folder = await mkdtemp(join(tmpdir(), 'registry-'))
      const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
      try {
        await writeFile(join(folder, 'htpasswd'), htpasswd)
        await writeFile(join(folder, 'own.yml'), JSON.stringify(configuration(folder, kept ?? join(folder, 'storage'), basic)))
        const running = await started(() => listening(program, ['serve', join(folder, 'own.yml')], env))
        const close = async (): Promise<void> => { await running.close(); await remove() }
        return { host: running.host, close, ...basic && { username: 'robot', password: 'sesame' } }
      } catch (error) {
        await remove()
        throw error
      }
    },
  }
}

/** JSON is YAML. */
function configuration(folder: string, storage: string, basic: boolean): object {
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    ...basic && { auth: { htpasswd: { realm: 'registry', path: join(folder, 'htpasswd') } } },
  }
}

function unlessThere(program: string): { readonly reason?: string } {
  try {
    accessSync(program, constants.X_OK)
    return {}
  } catch {
    return { reason: `needs ${program}, which .ci/tools installs` }
  }
}

/** Waits until it answers; 401 is an answer. */
async function started(start: () => Promise<Listening>): Promise<Listening> {
  const running = await start()
  for (let tries = 0; tries < 100; tries++) {
    const status = await fetch(`http://${running.host}/v2/`).then(response => response.status, () => 0)
    if (status === 200 || status === 401) return running
    await delay(50)
  }
  await running.close()
  throw new Error(`${running.host} does not answer as a registry`)
}
