import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { editYaml } from '../../../lib/formats/yaml/edit.ts'
import { realRegistries } from '../../../test/support/real-registries.ts'
import { duel } from '../duel.ts'
import { goProgram } from '../go-program.ts'
import type { ImageArena } from '../images/image-arena.ts'
import { installedPackage } from '../installed-package.ts'
import { serverProject, type ServerProject } from '../images/server-project.ts'
import { median } from '../median.ts'
import { runProcess } from '../process.ts'
import type { Row } from '../row.ts'

const example = fileURLToPath(new URL('../../../examples/gateway/chart', import.meta.url))
const lines = 5000

/**
 * The gateway's chart, packaged and pushed to a registry of this machine, each round in a new version. Ours is checked by its
 * files, too, and has the images written into it, which are there already; helm's has the version by its options.
 */
export async function chart(arena: ImageArena): Promise<readonly Row[]> {
  const { environment, signal, log } = arena
  const [debian] = realRegistries()
  if (!debian || debian.reason !== undefined) {
    log(`chart is left out: ${debian?.reason ?? 'there is no registry'}`)
    return []
  }
  const folder = join(arena.folder, 'chart')
  await mkdir(folder, { recursive: true })
  const registry = await debian.start()
  try {
    const helm = await goProgram({ package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.19.0', environment, signal })
    const project = await serverProject(join(folder, 'project'))
    await cp(example, join(project.folder, 'chart'), { recursive: true })
    await installedPackage(folder, arena)
    await writeFile(join(folder, 'build.ts'), buildScript(project, registry.host))
    const run = (command: string, ...args: readonly string[]): Promise<void> =>
      runProcess({ command, args, folder, signal, environment: { ...environment, SLIPWAY_CACHE: join(folder, 'cache') } })
    let version = ''
    const ready = async (turn: number): Promise<void> => {
      version = `1.${turn}.0`
      await project.release(turn)
    }
    const rival = {
      name: 'helm package, push', ready,
      run: async () => {
        await run(helm, 'package', join(project.folder, 'chart'), '--version', version, '--app-version', version, '--destination', folder)
        await run(helm, 'push', join(folder, `gateway-${version}.tgz`), `oci://${registry.host}/helm`, '--plain-http')
      },
    }
    const rows = await duel({
      work: 'chart packaged, checked, pushed', rounds: arena.runs ?? 5, log,
      ours: { name: 'slipway', ready, run: () => run('npx', 'tsx', 'build.ts', 'push') }, rivals: [{ ...rival, bound: 1 }],
    })
    const [seconds] = rows.map(({ theirs }) => theirs)
    return [...rows, { work: `a value of ${lines} lines set`, rival: 'helm package, push', ours: await pinning(), theirs: seconds ?? Number.NaN, unit: 's', bound: 0.1 }]
  } finally {
    await registry.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Seconds for one edit, the first of them, which nothing has warmed up. */
async function pinning(): Promise<number> {
  const own = await readFile(join(example, 'values.yaml'), 'utf8')
  const more = Array.from({ length: lines - own.split('\n').length }, (_, at) => at % 10 ? `  key${at}: "value ${at}" # said of it` : `more${at}:`)
  const text = own + more.join('\n').replace(/^ {2}/, 'first:\n  ')
  const times: number[] = []
  for (let count = 0; count < 5; count += 1) {
    const start = performance.now()
    editYaml(text, 'values.yaml', [{ path: 'image.tag', value: `1.${count}.0` }])
    times.push((performance.now() - start) / 1000)
  }
  return median(times)
}

function buildScript(project: ServerProject, host: string): string {
  const images = ['static', 'alpine', 'ubuntu', 'distroless', 'ubi'].map((distro, at) => ({
    kind: 'image', name: `gateway:{version}-${distro}`, repository: 'gateway', tag: `{version}-${distro}`, distro, isDefault: distro === 'static', version: '{version}',
    platforms: ['linux/amd64', 'linux/arm64'], absent: [], base: { name: distro }, url: `${host}/gateway:{version}-${distro}`, destination: 'registry',
    mediaType: 'application/vnd.oci.image.index.v1+json', digest: `sha256:${String(at).repeat(64)}`, size: 1,
  }))
  return `import { chart, main, ociRegistry, publish, resolveVersion, send } from 'slipway'

await main(import.meta, {
  project: ${JSON.stringify(project.folder)},
  version: resolveVersion(),
  goals: ({ project, version, source }) => {
    const images = JSON.parse(${JSON.stringify(JSON.stringify(images))}.replaceAll('{version}', version.semver))
    const helm = chart({
      project, version, images, default: 'static', source: source('chart'), helm: false,
      pin: { repository: 'image.repository', distro: 'image.distro', distros: 'image.distros' },
    })
    return { push: ['the chart', publish(send(ociRegistry('${host}/charts'), helm))] }
  },
})
`
}
