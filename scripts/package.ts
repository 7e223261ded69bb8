// Builds what is published: built/, or the folder that is named, from lib/ and tasks/. Runs before every `npm pack`.
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { $ } from 'zx'

const [folder = 'built'] = process.argv.slice(2)

await rm(folder, { recursive: true, force: true })
await Promise.all([types(), code()])
await chmod(join(folder, 'lib/cli.js'), 0o755)

/** Modules that are always loaded together become one file: a build.ts starts in less time where there are fewer. */
async function code(): Promise<void> {
  await build({
    entryPoints: ['lib/index.ts', 'lib/cli.ts', 'lib/testing/index.ts'], outdir: folder, outbase: '.', chunkNames: 'parts/[name]-[hash]',
    bundle: true, splitting: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20.19', logLevel: 'warning',
  })
}

/** npm reads the packed file's name from standard output, so the compiler speaks on the other stream. */
async function types(): Promise<void> {
  await $({ stdio: ['ignore', process.stderr, process.stderr] })`npx tsc -p tsconfig.package.json --emitDeclarationOnly --outDir ${folder}`
}
