import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lanes } from '../lanes.ts'
import { runProcess } from '../process.ts'
import type { ImageArena } from './image-arena.ts'
import { dashed, imagePlatforms } from './image-platforms.ts'
import { markOf, type ServerProject } from './server-project.ts'

export interface ReadyBinaries {
  /** Where a platform's program is; nothing else is in that folder. */
  folderOf(platform: string): string
  /** Bytes of one of them. */
  readonly size: number
  /** Changes the mark in each of them: new programs, without a compiler. */
  renew(turn: number): Promise<void>
}

const name = 'gateway'

/** Compiles a project for every platform, into its folder `ready`. */
export async function readyBinaries({ folder: project }: ServerProject, { environment, signal }: Pick<ImageArena, 'environment' | 'signal'>): Promise<ReadyBinaries> {
  const folder = join(project, 'ready')
  const folderOf = (platform: string): string => join(folder, dashed(platform))
  await lanes(imagePlatforms, platform => {
    const [GOOS, GOARCH, variant] = platform.split('/')
    return runProcess({
      command: 'go', args: ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', join(folderOf(platform), name), '.'], folder: project, signal,
      environment: { ...environment, GOOS, GOARCH, ...variant !== undefined && { GOARM: variant.slice(1) } },
    })
  })
  const marks = await Promise.all(imagePlatforms.map(async platform => {
    const file = join(folderOf(platform), name)
    const bytes = await readFile(file)
    const at = bytes.indexOf(markOf(0))
    if (at < 0) throw new Error(`${file} has no mark`)
    return { file, at, size: bytes.length }
  }))
  return {
    folderOf, size: Math.max(...marks.map(({ size }) => size)),
    renew: async turn => {
      for (const { file, at } of marks) {
        const handle = await open(file, 'r+')
        await handle.write(Buffer.from(markOf(turn)), 0, undefined, at)
        await handle.close()
      }
    },
  }
}
