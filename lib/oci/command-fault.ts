import { posix } from 'node:path'
import { nearest } from '../values/nearest.ts'
import type { ContainerConfig } from './image-config.ts'
import type { ImageFault } from './image-fault.ts'
import { kindOf } from './kind-of.ts'
import { resolvePath } from './resolve-path.ts'
import type { Tree } from './tree.ts'

/** What engines search where an image says nothing. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Why containers could not start what they should run, the first word of Entrypoint or else of Cmd: a path, absolute or
 * from WorkingDir, or a name that is searched in PATH. Without either there is nothing to look for.
 */
export function commandFault(tree: Tree, config: ContainerConfig): ImageFault | undefined {
  const command = config.Entrypoint?.[0] ?? config.Cmd?.[0]
  if (command === undefined) return undefined
  if (command === '') return { why: 'what it should run has no name', hint: 'Name the program first in the entrypoint.' }
  const folders = command.includes('/') ? [config.WorkingDir || '/'] : pathOf(config)
  const faults = folders.map(folder => fileFault(tree, posix.resolve('/', folder, command)))
  if (faults.includes(undefined)) return undefined
  const why = faults.find(fault => fault !== absent)
  if (why !== undefined) return { why: `its ${command} ${why}`, hint: 'Give the entrypoint the path of a program with mode 0755.' }
  return { why: `there is no ${command} in it${command.includes('/') ? '' : ` in ${folders.join(':')}`}`, hint: hintFor(tree, command, folders) }
}

const absent = 'is not there'

function pathOf({ Env = [] }: ContainerConfig): readonly string[] {
  const path = Env.findLast(variable => variable.startsWith('PATH='))?.slice('PATH='.length) || usualPath
  return path.split(':').filter(folder => folder.startsWith('/'))
}

function fileFault(tree: Tree, file: string): string | undefined {
  const { path, entry, fault } = resolvePath(tree, file)
  if (fault !== undefined) return `cannot be reached: ${fault}`
  if (!entry) return absent
  if (entry.type !== 'file') return `is ${kindOf(entry)}`
  return (entry.mode & 0o111) === 0 ? `cannot be run: the mode of /${path} is 0${entry.mode.toString(8)}` : undefined
}

function hintFor(tree: Tree, command: string, folders: readonly string[]): string {
  const shell = /^(?:.*\/)?(?:ba|da|a)?sh$/.test(command)
  if (shell) return 'The base has no shell: write the entrypoint as a list of words that starts with the program, or choose another base.'
  const around = command.includes('/') ? [posix.dirname(posix.resolve('/', folders[0] ?? '', command))] : folders
  const programs = around.flatMap(folder => programsIn(tree, folder))
  const meant = nearest(posix.basename(command), programs)
  return `${meant ? `Did you mean ${meant}? ` : ''}Name a program that is there, or add it to the files of the image.`
}

function programsIn(tree: Tree, folder: string): readonly string[] {
  const { path } = resolvePath(tree, folder)
  const prefix = path === '' ? '' : `${path}/`
  return [...tree.entries.keys()].filter(one => one.startsWith(prefix) && !one.slice(prefix.length).includes('/')).map(one => one.slice(prefix.length))
}
