// Everything that can be said of the code without running it: npm run check. Runs all of it, then lists what failed.
import { delimiter, join, resolve } from 'node:path'
import { $ } from 'zx'

const checks = {
  'types': 'tsc -p .',
  'lint': 'oxlint --deny-warnings',
  'unused files, exports and dependencies': 'knip',
  'build': 'tsx scripts/package.ts',
  'the package as it is published': 'publint --strict',
  'the types as they are published': 'attw --pack . --profile esm-only',
}

const linters = 'scripts/linters'
const output: ['ignore', NodeJS.WriteStream, NodeJS.WriteStream] = ['ignore', process.stdout, process.stderr]
await $({ stdio: output })`npm install --prefix ${linters} --no-package-lock --no-fund --no-audit --loglevel=error`
const path = ['node_modules/.bin', join(linters, 'node_modules/.bin')].map(folder => resolve(folder))
const env = { ...process.env, PATH: [...path, process.env['PATH']].join(delimiter) }

const failed: string[] = []
for (const [name, command] of Object.entries(checks)) {
  console.log(`\n──── ${name}: ${command}`)
  const { exitCode } = await $({ nothrow: true, env, stdio: output })`${command.split(' ')}`
  if (exitCode !== 0) failed.push(name)
}
for (const name of failed) console.log(`FAILED ${name}`)
console.log(`\n${Object.keys(checks).length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
