// The release of examples/gateway: what a Go project's build.ts looks like.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  archive, at, buildImage, chart, chartPackage, checksums, commonPlatforms, compose, crossCompile, directory, main, ociRegistry, publish,
  resolveVersion, send,
} from './lib/index.ts'

const dist = directory('dist')
/** Where chart and compose file say that the images are. */
const registry = ociRegistry('ghcr.io/example/gateway')

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
    const image = (distro: string) => buildImage({
      base: base(distro), binaries, cmd: ['serve'], user: '65532', ports: [8080], isDefault: distro === 'static',
      description: 'A small HTTP gateway',
    })
    const images = ['static', 'alpine', 'ubuntu', 'distroless', 'ubi'].map(image)
    const released = { project, version, images: images.map(one => at(registry, one)), default: 'static' }
    // Another one, with --project, may have no chart and nothing to start it with.
    const has = (path: string): boolean => existsSync(join(project.place.folder, path))
    const charts = has('chart/Chart.yaml') ? [chart({
      ...released, source: source('chart'), pin: { repository: 'image.repository', distro: 'image.distro', distros: 'image.distros' },
    })] : []
    const healthcheck = { test: ['CMD', '/usr/local/bin/gateway', 'health'], interval: '5s', timeout: '3s' }
    const demos = has('compose/gateway.json') ? [compose({
      ...released, path: '/healthz', description: 'A small HTTP gateway',
      service: {
        ports: ['8080:8080'], command: ['serve', '--config', '/etc/gateway/gateway.json'], healthcheck, stop_grace_period: '25s',
        configs: [{ file: 'compose/gateway.json', to: '/etc/gateway/gateway.json' }], depends_on: { upstream: { condition: 'service_healthy' } },
      },
      services: { upstream: { healthcheck, stop_grace_period: '25s' } },
    })] : []
    const sums = checksums({ artifacts: [...archives, ...charts.map(chartPackage)] })
    return {
      build: ['binaries for every platform', binaries],
      images: ['container images on every base, in dist/', publish(send(dist, images))],
      chart: ['the Helm chart with the images of this release, in dist/', publish(send(dist, charts))],
      compose: ['a folder to start it from: docker compose up', publish(send(dist, demos))],
      release: ['all of it for every platform in dist/', publish(send(dist, archives, sums, images, charts, demos))],
      test: ['the tests of the project', async ({ $ }) => { await $`go test ./...` }],
    }
  },
})
