import { access, mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { runProcess } from './process.ts'

const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway-bench')

export interface GoProgram {
  /** What `go install` takes before the `@`. */
  readonly package: string
  readonly version: string
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

/** A rival that is written in Go, installed once, beside the user's other caches. @returns the program's file */
export async function goProgram({ package: wanted, version, environment, signal }: GoProgram): Promise<string> {
  const name = basename(wanted.replace(/\/v\d+$/, ''))
  const folder = join(cacheFolder, `${name}-${version}`)
  const program = join(folder, name)
  if (await access(program).then(() => true, () => false)) return program
  process.stderr.write(`installing ${name} ${version} into ${folder}\n`)
  const [incoming, cache] = [`${folder}.${process.pid}`, join(cacheFolder, `go-cache.${process.pid}`)]
  try {
    await mkdir(incoming, { recursive: true })
    await runProcess({
      command: 'go', args: ['install', `${wanted}@${version}`], folder: incoming,
      environment: { ...environment, GOBIN: incoming, GOCACHE: cache }, signal,
    })
    await rename(incoming, folder)
  } finally {
    for (const each of [incoming, cache]) await rm(each, { recursive: true, force: true })
  }
  return program
}
