import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { libraryFolder } from './start.ts'

/** What a command begins with that another user runs: `nobody`, who owns nothing. */
export const asOtherUser: readonly string[] = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']

/** Gives files to that user. */
export function giveAway(...paths: readonly string[]): void {
  const { status, stderr } = spawnSync('chown', ['-R', '65534:65534', ...paths], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** Lets that user pass through the temporary folders that a folder stands in. */
export function letThrough(folder: string): void {
  for (let at = dirname(folder); dirname(at) !== at && at !== '/tmp'; at = dirname(at)) {
    const { mode } = statSync(at)
    if (at.startsWith('/tmp/') && (mode & 0o001) === 0) chmodSync(at, mode | 0o011)
  }
}

/** Why no other user can run a release here; undefined where one can. */
export function otherUserReason(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, to be another user'
  const folder = mkdtempSync(`${tmpdir()}/user-`)
  try {
    chmodSync(folder, 0o755)
    letThrough(folder)
    const [program = '', ...args] = asOtherUser
    const read = [process.execPath, `${libraryFolder}build.ts`, folder]
    const tests = read.map(path => `test -r '${path}' -a -x '${dirname(path)}'`).join(' && ')
    const { status } = spawnSync(program, [...args, 'sh', '-c', tests])
    return status === 0 ? undefined : 'needs setpriv, and a library that others may read'
  } finally {
    rmSync(folder, { recursive: true })
  }
}
