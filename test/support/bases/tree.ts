import type { Member } from './member.ts'

/** Members in a line each: `{ 'tmp/': 0o1777, 'etc/hosts': 'text', 'bin/sh': { to: '/bin/busybox' } }`. */
export type Tree = Readonly<Record<string, string | number | { readonly to: string }>>

/** Members of a tree: a name with a slash at its end is a folder with that mode, text is a file, `to` a symbolic link. */
export function tree(members: Tree): readonly Member[] {
  return Object.entries(members).map(([path, what]): Member => {
    if (typeof what === 'number') return { path: path.replace(/\/$/, ''), type: 'directory', mode: what }
    if (typeof what === 'string') return { path, type: 'file', bytes: Buffer.from(what) }
    return { path, type: 'symlink', target: what.to }
  })
}
