import type { Matrix } from './project.ts'

const bases: Readonly<Record<string, string>> = {
  alpine: 'docker.io/library/alpine:3', ubuntu: 'docker.io/library/ubuntu:24.04', distroless: 'gcr.io/distroless/static-debian12:nonroot',
  ubi: 'registry.access.redhat.com/ubi9/ubi-minimal:latest',
}

/**
 * What build.ts of this repository makes, sent to every destination at once. Where they are is told by the environment, and those of
 * this machine say that they are not.
 * @param library the address of its index
 * @param locked false makes each distro a copy of static
 */
export function releaseScript({ targets, distros, library, locked }: Matrix & { readonly library: string, readonly locked: boolean }): string {
  const named = Object.entries(bases).filter(([distro]) => locked && distros.includes(distro))
  return `import {
  archive, artifactHub, at, buildImage, changelog, chart, chartPackage, chartRepository, checksums, compose, crossCompile, directory, dockerEngine,
  gitTap, githubRelease, main, ociRegistry, publish, resolveVersion, send, staticSite,
} from '${library}'

const env = process.env
const far = path => ({ ...ociRegistry(env.REGISTRY + path, { username: 'robot', token: env.REGISTRY_TOKEN }), local: false })
const [registry, charts] = [far('/example/gateway'), far('/example/charts')]
const tap = gitTap({ repository: env.TAP + '/tap.git', token: env.TAP_TOKEN })
const bucket = env.BUCKET ? [staticSite({
  bucket: 'downloads', region: 'us-east-1', endpoint: env.BUCKET, prefix: 'gateway', url: 'https://downloads.example/gateway', accessKeyId: 'AKIACHAOS',
  secretAccessKey: env.BUCKET_SECRET,
})] : []

await main(import.meta, {
  version: resolveVersion(),
  targets: ${JSON.stringify(targets)},
  bases: ${JSON.stringify(Object.fromEntries(named))},
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const github = githubRelease({ repository: 'example/gateway', version, token: env.GITHUB_WRITER, baseUrl: env.GITHUB, notes: { generated: true } })
    const go = { project, version, toolchain, source: source('go') }
    const binaries = targets.map(target => crossCompile({ ...go, main: './cmd/gateway', target }))
    const archives = binaries.map(binary => archive({ binary, files: project.documents }))
    const image = distro => buildImage({
      base: ${JSON.stringify(Object.keys(Object.fromEntries(named)))}.includes(distro) ? base(distro) : { ...base('static'), distro }, binaries, cmd: ['serve'], user: '65532', ports: [8080],
      isDefault: distro === 'static', description: 'A small HTTP gateway',
    })
    const images = ${JSON.stringify(distros)}.map(image)
    const released = { project, version, images: images.map(one => at(registry, one)), default: 'static' }
    const helm = chart({
      ...released, source: source('chart'), helm: false, pin: { repository: 'image.repository', distro: 'image.distro', distros: 'image.distros' },
    })
    const healthcheck = { test: ['CMD', '/usr/local/bin/gateway', 'health'], interval: '5s', timeout: '3s' }
    const demo = compose({
      ...released, path: '/healthz', description: 'A small HTTP gateway',
      service: {
        ports: ['8080:8080'], command: ['serve', '--config', '/etc/gateway/gateway.json'], healthcheck, stop_grace_period: '25s',
        configs: [{ file: 'compose/gateway.json', to: '/etc/gateway/gateway.json' }], depends_on: { upstream: { condition: 'service_healthy' } },
      },
      services: { upstream: { healthcheck, stop_grace_period: '25s' } },
    })
    const sums = checksums({ artifacts: [...archives, chartPackage(helm)] })
    const hub = artifactHub({ chart: helm, owners: [{ name: 'Ann', email: 'ann@example.com' }] })
    return {
      release: ['all of it, everywhere', publish(
        send(directory('dist'), archives, images, helm, demo, sums), send(dockerEngine(), images), send(registry, images), send(charts, helm, hub),
        send(chartRepository(env.PAGES, { url: 'https://charts.example' }), helm), send(staticSite({ folder: env.SITE, url: 'https://site.example' }), archives, sums, demo),
        ...bucket.map(site => send(site, archives, sums)), send(github, archives, chartPackage(helm), sums, changelog({ project, version })), send(tap, demo),
      )],
    }
  },
})
`
}
