import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BuildDefinition } from './goals.ts'

/**
 * Runs what the command line asks of a build.ts, and ends the process with an exit code: 0 done, 1 something failed,
 * 2 the command line or build.ts is wrong, 130 interrupted.
 *
 * Only for the file that was started: importing a build.ts runs nothing.
 * @param meta `import.meta` of the build.ts
 */
export async function main(meta: ImportMeta, definition: BuildDefinition): Promise<void> {
  if (!wasStarted(meta)) return
  const { runCommandLine } = await import('./commands/run-command-line.ts')
  process.exitCode = await runCommandLine(fileURLToPath(meta.url), definition, process.argv.slice(2))
}

/** Whether a module is the file that Node was started with. */
function wasStarted(meta: ImportMeta): boolean {
  const [, started] = process.argv
  if (started === undefined) return false
  const file = fileURLToPath(meta.url)
  return [started, `${started}.ts`, `${started}.js`, `${started}.mts`].some(path => samePath(path, file))
}

function samePath(path: string, file: string): boolean {
  try {
    return realpathSync(path) === realpathSync(file)
  } catch {
    return false
  }
}
