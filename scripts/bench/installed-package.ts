import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProcess } from './process.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Puts what is published into a folder's node_modules, as a user has it: compiled, with tsx beside it. */
export async function installedPackage(folder: string, { environment, signal }: { readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal }): Promise<void> {
  const modules = join(folder, 'node_modules')
  const own = join(modules, 'slipway')
  await mkdir(join(modules, '.bin'), { recursive: true })
  await mkdir(own)
  await runProcess({ command: 'npx', args: ['tsx', 'scripts/package.ts', join(own, 'built')], folder: repository, environment, signal })
  await symlink(join(repository, 'package.json'), join(own, 'package.json'))
  await symlink(join(repository, 'node_modules'), join(own, 'node_modules'), 'junction')
  const program = join(own, 'built/lib/cli.js')
  await chmod(program, 0o755)
  await symlink(program, join(modules, '.bin', 'slipway'))
  await symlink(join(repository, 'node_modules/.bin/tsx'), join(modules, '.bin', 'tsx'))
  await writeFile(join(folder, 'package.json'), '{ "name": "bench", "private": true, "type": "module" }\n')
}
