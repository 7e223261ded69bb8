import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { join } from 'node:path'
import { extract, type Header } from 'tar-stream'
import { toolsFolder } from '../tools-folder.ts'
import type { Member } from './member.ts'

/** Packages that .ci/tools has downloaded, of all architectures. */
export interface DebianPackages {
  has(name: string, architecture: string): boolean
  /** The members of a package whose paths the pattern fits; a path starts without a slash. */
  members(name: string, architecture: string, paths: RegExp): Promise<readonly Member[]>
}

/** Opens the downloaded packages; where there is no folder, there are none. */
export function debianPackages(folder = join(toolsFolder(), '..', 'debian')): DebianPackages {
  const files = namesIn(folder)
  // Several bases are made of the same ones.
  const unpacked = new Map<string, Promise<readonly Member[]>>()
  const fileOf = (name: string, architecture: string): string | undefined =>
    files.find(file => file.startsWith(`${name}_`) && file.endsWith(`_${architecture}.deb`))
  return {
    has: (name, architecture) => fileOf(name, architecture) !== undefined,
    members: async (name, architecture, paths) => {
      const file = fileOf(name, architecture)
      if (file === undefined) throw new Error(`There is no ${name} for ${architecture} in ${folder}: run .ci/tools`)
      const asked = `${file} ${paths}`
      const unpacking = unpacked.get(asked) ?? unpack(join(folder, file), paths)
      unpacked.set(asked, unpacking)
      const found = await unpacking
      if (found.length === 0) throw new Error(`${file} has nothing like ${paths}`)
      return found
    },
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

async function unpack(file: string, paths: RegExp): Promise<readonly Member[]> {
  const child = spawn('dpkg-deb', ['--fsys-tarfile', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const found: Member[] = []
  for await (const entry of child.stdout.pipe(extract())) {
    const path = entry.header.name.replace(/^\.\//, '').replace(/\/$/, '')
    if (paths.test(path)) found.push(memberOf(path, entry.header, await buffer(entry)))
    else entry.resume()
  }
  const [code] = await ended as [number | null]
  if (code !== 0) throw new Error(`dpkg-deb cannot read ${file}`)
  return found
}

function memberOf(path: string, { type, mode, linkname }: Header, bytes: Buffer): Member {
  if (type === 'file') return { path, type, mode, bytes }
  if (type === 'symlink' || type === 'link') return { path, type, target: linkname ?? '' }
  return { path, type: 'directory', mode }
}
