import type { DebianPackages } from './debian-packages.ts'
import type { Member } from './member.ts'

const applets = [
  'cat', 'chmod', 'cp', 'date', 'echo', 'env', 'false', 'find', 'grep', 'head', 'hostname', 'id', 'ln', 'ls', 'mkdir', 'mv', 'od', 'ps',
  'readlink', 'rm', 'sed', 'sha256sum', 'sleep', 'sort', 'stat', 'tail', 'tar', 'test', 'touch', 'true', 'uname', 'wc', 'wget', 'whoami',
]

/** One static program at /FOLDER/busybox, and links to it under the names of the commands that tests use. */
export async function busybox(packages: DebianPackages, architecture: string, folder: string, more: readonly string[] = []): Promise<readonly Member[]> {
  const [program] = await packages.members('busybox-static', architecture, /^(usr\/)?bin\/busybox$/)
  const links = [...applets, ...more].sort().map((name): Member => ({ path: `${folder}/${name}`, type: 'symlink', target: `/${folder}/busybox` }))
  return [{ path: `${folder}/busybox`, type: 'file', mode: 0o755, bytes: program?.bytes ?? new Uint8Array() }, ...links]
}
