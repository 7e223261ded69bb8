import type { DebianPackages } from './debian-packages.ts'
import type { Member } from './member.ts'

/** The C library and its loader, and a shell that needs them, below /usr as all of it is where /bin is a link to /usr/bin. */
export async function glibc(packages: DebianPackages, architecture: string): Promise<readonly Member[]> {
  const library = await packages.members('libc6', architecture, /(^|\/)(ld[^/]*\.so\.\d+|libc\.so\.6)$/)
  const [shell] = await packages.members('dash', architecture, /^(usr\/)?bin\/dash$/)
  const members = [...library.map(belowUsr), { path: 'usr/bin/dash', type: 'file', mode: 0o755, bytes: shell?.bytes ?? new Uint8Array() } as const]
  return [...foldersOf(members), ...members]
}

function belowUsr(member: Member): Member {
  return { ...member, path: member.path.replace(/^(?=(bin|sbin|lib[^/]*)\/)/, 'usr/') }
}

/** Folders below /usr/lib and the like; /usr and /usr/bin are everybody's. */
function foldersOf(members: readonly Member[]): readonly Member[] {
  const parents = members.flatMap(({ path }) => path.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/')))
  return [...new Set(parents)].filter(path => path.split('/').length > 1 && path !== 'usr/bin').sort().map(path => ({ path, type: 'directory' }))
}
