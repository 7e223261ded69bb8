// The release of examples/gateway: what a Go project's build.ts looks like.
import { archive, checksums, commonPlatforms, crossCompile, directory, main, publish, resolveVersion, send } from './lib/index.ts'

const dist = directory('dist')

/** The platforms of the release, for other projects to import. */
export const platforms = commonPlatforms

await main(import.meta, {
  project: 'examples/gateway',
  version: resolveVersion(),
  targets: platforms,

  goals: ({ project, version, source, toolchain, targets }) => {
    const go = { project, version, toolchain, source: source('go') }
    const binaries = project.mains.flatMap(({ package: main }) => targets.map(target => crossCompile({ ...go, main, target })))
    const archives = binaries.map(binary => archive({ binary, files: project.documents }))
    const sums = checksums({ artifacts: archives })
    return {
      build: ['binaries for every platform', binaries],
      release: ['archives and checksums for every platform in dist/', publish(send(dist, archives, sums))],
      test: ['the tests of the project', async ({ $ }) => { await $`go test ./...` }],
    }
  },
})
