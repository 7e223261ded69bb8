import { nearest } from '../values/nearest.ts'
import type { ImageFault } from './image-fault.ts'
import { textAt } from './text-at.ts'
import type { Tree } from './tree.ts'

/**
 * Why containers could not run as a user: OCI image specification 1.1, "image configuration", User: `name`, `uid`,
 * `name:group`, `uid:gid`. A number need not be in the image, a name has to be in its /etc/passwd or /etc/group.
 */
export function userFault(tree: Tree, user: string): ImageFault | undefined {
  const [name = '', group = '', ...more] = user.split(':')
  if (more.length > 0) return { why: `${JSON.stringify(user)} is no user`, hint: 'Write a name or a number, such as 65532, or user:group.' }
  return nameFault(tree, name, 'user', 'etc/passwd') ?? nameFault(tree, group, 'group', 'etc/group')
}

function nameFault(tree: Tree, name: string, what: string, file: string): ImageFault | undefined {
  if (name === '' || /^\d+$/.test(name)) return undefined
  const text = textAt(tree, file)
  if (text === undefined) return { why: `it has no /${file} that could name the ${what} ${name}`, hint: `Write the number of the ${what}, such as 65532.` }
  const names = text.split('\n').map(line => line.split(':')[0]?.trim() ?? '').filter(one => one !== '' && !one.startsWith('#'))
  if (names.includes(name)) return undefined
  const meant = nearest(name, names)
  return {
    why: `its /${file} has no ${what} ${name}`,
    hint: `${meant ? `Did you mean ${meant}? ` : ''}Write a ${what} that is there, or a number, such as 65532.`,
  }
}
