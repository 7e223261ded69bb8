// Logs a release on standard output, made or found in the cache, and says when listr2 is loaded: log-release.ts made|cached
import { register } from 'node:module'
import { createRenderer } from '../../../lib/render.ts'
import { memoryStore } from '../../support/memory-store.ts'
import { drawWalk } from './draw-walk.ts'
import { sampleRelease } from './sample-release.ts'

const hook = `import { writeSync } from 'node:fs'
export const resolve = (specifier, context, next) => {
  if (specifier === 'listr2') writeSync(1, 'listr2 is loaded\\n')
  return next(specifier, context)
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`, import.meta.url)

const store = memoryStore()
const { publish } = sampleRelease(['linux/amd64', 'linux/arm64'])
for (const quiet of process.argv[2] === 'cached' ? [true, false] : [false]) {
  const renderer = await createRenderer({ output: process.stdout, quiet, verbose: false, environment: { CI: 'true' } })
  await drawWalk([publish], { store, renderer })
  await renderer.finish()
}
