import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unless } from './unless.ts'

/** A user who owns nothing: root may do everything, and would see no refusal. */
export interface Nobody {
  /** A folder that everybody may write, and that is gone after. */
  readonly folder: string
  /** Runs a file of TypeScript, and returns what it prints. */
  run(script: string, ...args: readonly string[]): Promise<string>
}

const user = { uid: 65534, gid: 65534 }

/** Declares a test in which programs run as another user; a visible skip where none can. */
export function asNobody(name: string, body: (nobody: Nobody) => Promise<void>): void {
  unless(reason())(name, async () => {
    // Not below TMPDIR, which may be closed to others.
    const folder = await mkdtemp(join('/tmp', 'nobody-'))
    try {
      await chmod(folder, 0o777)
      await body({
        folder,
        run: async (script, ...args) => {
          const options = { ...user, cwd: folder, env: { ...process.env, HOME: folder, TMPDIR: folder } }
          return (await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), script, ...args], options)).stdout
        },
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

function reason(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, to become another user'
  const readable = spawnSync('test', ['-r', fileURLToPath(import.meta.url), '-a', '-w', '/tmp'], user).status === 0
  return readable ? undefined : 'needs a library that another user may read'
}
