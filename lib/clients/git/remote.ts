import { resolve } from 'node:path'
import type { Exec, Finished } from '../../contracts/exec.ts'
import type { BareClone } from './bare-clone.ts'
import { isolatedEnvironment, isolatedSettings } from './isolated-git.ts'
import type { RemoteAddress } from './remote-address.ts'
import { remoteAccess, type RemoteCredential } from './remote-access.ts'
import { type RemoteFailing, remoteFailure } from './remote-failure.ts'

/** Another repository, as seen from a clone. */
export interface Remote {
  /** What it is called in errors. */
  readonly where: string
  /** As git takes it. */
  readonly url: string
  /** Runs what talks to it in a clone; never throws for what git says. Nothing printed has the token in it. */
  run(clone: BareClone, args: readonly string[]): Promise<Finished>
  /** What git said, as an error. */
  failure(finished: Finished, verb: RemoteFailing['verb']): Error
}

export interface RemoteOptions extends RemoteCredential {
  readonly address: RemoteAddress
  readonly exec: Exec
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What a relative path means, absolute. */
  readonly root: string
  /** A temporary folder. */
  readonly folder: string
}

/** Opens another repository; nothing is asked of it yet. @throws as `remoteAccess` */
export async function openRemote({ address, exec, environment, root, folder, token, username }: RemoteOptions): Promise<Remote> {
  const url = address.kind === 'file' && !address.text.startsWith('file:') ? resolve(root, address.text) : address.text
  const { settings, env, hide } = await remoteAccess(address, { token, username }, { environment, folder })
  return {
    where: address.text, url,
    run: async (clone, args) => {
      const finished = await exec('git', [...isolatedSettings, ...settings, `--git-dir=${clone.folder}`, ...args], { cwd: folder, env: { ...isolatedEnvironment, ...env }, check: false })
      return { ...finished, stdout: hide(finished.stdout), stderr: hide(finished.stderr) }
    },
    failure: ({ stdout, stderr }, verb) => remoteFailure(`${stderr}\n${stdout}`, { verb, where: address.text, token: token !== undefined && token !== '' }),
  }
}
