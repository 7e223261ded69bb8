// Builds what is published: built/, from lib/ and tasks/. Runs before every `npm pack`.
import { chmod, rm } from 'node:fs/promises'
import { $ } from 'zx'

await rm('built', { recursive: true, force: true })
// npm reads the packed file's name from standard output, so the compiler speaks on the other stream.
await $({ stdio: ['ignore', process.stderr, process.stderr] })`npx tsc -p tsconfig.package.json`
await chmod('built/lib/cli.js', 0o755)
