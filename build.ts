// The release of examples/gateway: what a Go project's build.ts looks like.
import { archive, buildImage, checksums, commonPlatforms, crossCompile, directory, main, publish, resolveVersion, send } from './lib/index.ts'

const dist = directory('dist')

/** The platforms of the release, for other projects to import. */
export const platforms = commonPlatforms

await main(import.meta, {
  project: 'examples/gateway',
  version: resolveVersion(),
  targets: platforms,
  // Pinned in slipway.lock by `npx tsx build.ts lock`. `static` is put together here and needs none.
  bases: {
    alpine: 'docker.io/library/alpine:3',
    ubuntu: 'docker.io/library/ubuntu:24.04',
    distroless: 'gcr.io/distroless/static-debian12:nonroot',
    ubi: 'registry.access.redhat.com/ubi9/ubi-minimal:latest',
  },

  goals: ({ project, version, source, toolchain, targets, base }) => {
    const go = { project, version, toolchain, source: source('go') }
    const binaries = project.mains.flatMap(({ package: main }) => targets.map(target => crossCompile({ ...go, main, target })))
    const archives = binaries.map(binary => archive({ binary, files: project.documents }))
    const sums = checksums({ artifacts: archives })
    const image = (distro: string) => buildImage({
      base: base(distro), binaries, cmd: ['serve'], user: '65532', ports: [8080], isDefault: distro === 'static',
      description: 'A small HTTP gateway',
    })
    const images = ['static', 'alpine', 'ubuntu', 'distroless', 'ubi'].map(image)
    return {
      build: ['binaries for every platform', binaries],
      images: ['container images on every base, in dist/', publish(send(dist, images))],
      release: ['archives, checksums and images for every platform in dist/', publish(send(dist, archives, sums, images))],
      test: ['the tests of the project', async ({ $ }) => { await $`go test ./...` }],
    }
  },
})
