// Everything that can be said of the code without running it: npm run check. Runs all of it, then lists what failed.
import { $ } from 'zx'

const checks = {
  'types': 'tsc -p .',
  'lint': 'oxlint --deny-warnings',
  'unused files, exports and dependencies': 'knip',
  'build': 'tsx scripts/package.ts',
  'the package as it is published': 'publint --strict',
  'the types as they are published': 'attw --pack . --profile esm-only',
}

const failed: string[] = []
for (const [name, command] of Object.entries(checks)) {
  console.log(`\n──── ${name}: ${command}`)
  const { exitCode } = await $({ nothrow: true, stdio: ['ignore', process.stdout, process.stderr] })`npx ${command.split(' ')}`
  if (exitCode !== 0) failed.push(name)
}
for (const name of failed) console.log(`FAILED ${name}`)
console.log(`\n${Object.keys(checks).length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
