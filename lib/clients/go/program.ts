import { randomBytes } from 'node:crypto'
import { access, mkdir, readdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Exec } from '../../contracts/exec.ts'
import { diskError } from '../../values/disk-error.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import { processMark } from '../process-mark.ts'
import { removeTree } from '../remove-tree.ts'

export interface GoProgramQuestion {
  readonly exec: Exec
  readonly toolchain: Toolchain
  /** A main package at a version: `helm.sh/helm/v3/cmd/helm@v3.19.0`. */
  readonly spec: string
  readonly linkerFlags: string
  /** The folder where what was built is kept, absolute. */
  readonly programs: string
  /** Told before it is built. */
  readonly notice?: (line: string) => void
}

/** The program, absolute, or why it cannot be had. */
export type GoProgram = { readonly program: string } | { readonly reason: string }

/** The lowest version of a module is a number; `latest` would be another one tomorrow. */
const pinned = /^[\w.~-]+(\/[\w.~-]+)*@v\d+\.\d+\.\d+[\w.+-]*$/

/**
 * Builds a program of a Go module once, with the modules that the user's settings lead to, and keeps it.
 * @throws ReleaseError (DISK) where the folder cannot be written
 */
export async function installGoProgram(question: GoProgramQuestion): Promise<GoProgram> {
  const { spec, programs, toolchain } = question
  if (!pinned.test(spec)) return { reason: `${spec} is no package at a version such as v1.2.3` }
  const [path = '', version = ''] = spec.split('@')
  const folder = join(programs, `${path.replaceAll('/', '-')}@${version}-${toolchain.go}`)
  return await builtIn(folder) ?? writing(programs, () => build(question, folder))
}

async function writing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw diskError(error, folder) ?? error
  }
}

/** A program is there as a whole or not at all, because its folder is renamed when it is done. */
async function builtIn(folder: string): Promise<GoProgram | undefined> {
  const [name] = await readdir(folder).catch(() => [])
  return name === undefined ? undefined : { program: join(folder, name) }
}

async function build(question: GoProgramQuestion, folder: string): Promise<GoProgram> {
  const draft = join(question.programs, `${basename(folder)}.${processMark()}-${randomBytes(4).toString('hex')}`)
  await mkdir(draft, { recursive: true })
  question.notice?.(`Building ${question.spec}, once; this may take minutes.`)
  try {
    const reason = await install(question, draft)
    if (reason !== undefined) return { reason }
    await rename(draft, folder).catch(async (error: unknown) => {
      await access(folder).catch(() => { throw error })   // another run was faster
    })
    return await builtIn(folder) ?? { reason: `${question.spec} has no program` }
  } finally {
    await removeTree(draft)
  }
}

/** @returns why it was not built */
async function install({ exec, toolchain, spec, linkerFlags }: GoProgramQuestion, draft: string): Promise<string | undefined> {
  const { program, environment } = toolchain.place
  const { exitCode, stderr } = await exec(program, ['install', '-trimpath', '-ldflags', linkerFlags, spec], {
    cwd: draft, check: false, env: { ...fixed, ...environment, GOBIN: draft },
  })
  if (exitCode === 0) return undefined
  const lines = stderr.split('\n').filter(line => line.trim() !== '' && !line.startsWith('go: downloading '))
  return `${spec} cannot be built: ${(lines.at(-1) ?? 'go install says nothing').trim().replace(/^go: |\.$/g, '')}`
}

const fixed = { GOENV: 'off', GOTOOLCHAIN: 'local', GO111MODULE: 'on', GOWORK: 'off', GOFLAGS: '', CGO_ENABLED: '0' }
