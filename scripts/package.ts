// Builds what is published: built/, or the folder that is named, from lib/ and tasks/. Runs before every `npm pack`.
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { $ } from 'zx'
import { bundle } from './package/bundle.ts'
import { published } from './package/entries.ts'

const [folder = 'built'] = process.argv.slice(2)

await rm(folder, { recursive: true, force: true })
await Promise.all([types(), bundle({ folder, ...published })])
await chmod(join(folder, 'lib/cli.js'), 0o755)

/** npm reads the packed file's name from standard output, so the compiler speaks on the other stream. */
async function types(): Promise<void> {
  await $({ stdio: ['ignore', process.stderr, process.stderr] })`npx tsc -p tsconfig.package.json --emitDeclarationOnly --outDir ${folder}`
}
