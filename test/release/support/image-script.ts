import { libraryUrl } from './workplace.ts'

export interface ImageScript {
  /** The distros whose images are made. Default: all of them. */
  readonly distros?: readonly string[]
  /** The references of bases by distro, code. Default: where the four are found by all the world. */
  readonly bases?: string
  /** More fields for buildImage, code that may use `distro`. */
  readonly image?: string
  /** Where `push` pushes, code for a list of strings. */
  readonly registries?: string
  /** More goals, code. */
  readonly goals?: string
  readonly targets?: readonly string[]
}

/** What the tests' images are made for: platforms that the four bases have, one of them with the bytes the other way round. */
export const imageTargets: readonly string[] = ['linux/amd64', 'linux/arm64', 'linux/s390x']

export const allDistros: readonly string[] = ['static', 'alpine', 'ubuntu', 'distroless', 'ubi']

const publicBases = `{
    alpine: 'docker.io/library/alpine:3', ubuntu: 'docker.io/library/ubuntu:24.04',
    distroless: 'gcr.io/distroless/static-debian12:nonroot', ubi: 'registry.access.redhat.com/ubi9/ubi-minimal:latest',
  }`

/** A build.ts that makes images, as docs/images.md writes it, with code in the places that a test is about. */
export function imageScript({ distros = allDistros, bases = publicBases, image = '', registries = '[]', goals = '', targets = imageTargets }: ImageScript = {}): string {
  return `import { archive, buildImage, checksums, crossCompile, directory, main, ociRegistry, publish, send } from '${libraryUrl}'

const dist = directory('dist')

await main(import.meta, {
  targets: ${JSON.stringify(targets)},
  bases: ${bases},
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const archives = binaries.map(binary => archive({ binary, files: project.documents }))
    const sums = checksums({ artifacts: archives })
    const image = (distro: string) => buildImage({
      base: base(distro), binaries, cmd: ['serve'], user: '65532', ports: [8080], isDefault: distro === 'static', ${image}
    })
    const images = ${JSON.stringify(distros)}.map(image)
    const registries: readonly string[] = ${registries}
    return {
      build: ['binaries', binaries],
      images: ['images in dist/', publish(send(dist, images))],
      release: ['all of it in dist/', publish(send(dist, archives, sums, images))],
      push: ['images at registries', publish(...registries.map(name => send(ociRegistry(name), images)))],
      ${goals}
    }
  },
})
`
}
