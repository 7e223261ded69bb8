import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startFakeGithub, type FakeGithub } from '../../../lib/testing/fake-github.ts'
import { realRegistries, type RunningRegistry } from '../../../test/support/real-registries.ts'
import { duel, type Runner } from '../duel.ts'
import type { ImageArena } from '../images/image-arena.ts'
import { dashed, imagePlatforms } from '../images/image-platforms.ts'
import { installedPackage } from '../installed-package.ts'
import { readyBinaries } from '../images/ready-binaries.ts'
import { serverProject } from '../images/server-project.ts'
import { runProcess } from '../process.ts'
import type { Row } from '../row.ts'

/** With an archive of each for every platform, and the checksums, 60 artifacts of about 200 MB. */
const [archives, images] = [8, 11] as const
const [archivedBytes, layeredBytes] = [600_000, 4_700_000] as const

const repository = 'example/app'

interface Servers {
  readonly github: FakeGithub
  readonly registry: RunningRegistry
  close(): Promise<void>
}

/**
 * A release that is made, sent to a registry and to a GitHub of this machine at once, against each of them alone, every time
 * to servers that have nothing; then what it takes to look at all of it, against sending it.
 */
export async function publish(arena: ImageArena): Promise<readonly Row[]> {
  const { signal, log, environment } = arena
  const [debian] = realRegistries()
  if (!debian || debian.reason !== undefined) {
    log(`publish is left out: ${debian?.reason ?? 'there is no registry'}`)
    return []
  }
  const folder = join(arena.folder, 'publish')
  await mkdir(folder, { recursive: true })
  let servers: Servers | undefined
  const ready = async (): Promise<void> => {
    await servers?.close()
    servers = undefined
    servers = await fresh(folder, () => debian.start())
  }
  const tsx = (...args: readonly string[]): Promise<void> => runProcess({
    command: 'npx', args: ['tsx', 'build.ts', ...args], folder, signal,
    environment: {
      ...environment, SLIPWAY_CACHE: join(folder, 'cache'), BENCH_GITHUB: servers?.github.url, BENCH_REGISTRY: servers?.registry.host,
    },
  })
  try {
    await project(folder, arena)
    await installedPackage(folder, arena)
    await ready()
    await tsx('both')
    await allThere(join(folder, 'dist'), log)
    const sending = (name: string, goal: string): Runner => ({ name, ready, run: () => tsx(goal, '--publish') })
    const both = sending('both at once', 'both')
    const rounds = arena.runs ?? 3
    const alone = await duel({ work: 'published to two places', rounds, log, ours: both, rivals: [sending('GitHub alone', 'github'), sending('the registry alone', 'registry')] })
    const waited = alone.filter(({ unit, rival }) => unit === 's' && rival !== '')
    const slowest = waited.reduce((most, row) => row.theirs > most.theirs ? row : most)
    const looked = await duel({
      work: 'a look at all that is public', rounds, log, ours: { name: 'status', run: () => tsx('status') },
      rivals: [{ ...both, bound: 0.1 }, { name: 'the list of goals', run: () => tsx() }],
    })
    return [...alone.map(row => row === slowest ? { ...row, bound: 1.2 } : row), ...looked, withoutStart(looked)]
  } finally {
    await servers?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What looking and sending take beyond starting node, npx and tsx and reading build.ts, which is all that the list of goals does. */
function withoutStart(looked: readonly Row[]): Row {
  const [sent, started] = looked.filter(({ unit, rival }) => unit === 's' && rival !== '')
  if (!sent || !started) throw new Error('there is nothing to compare a look with')
  return { work: 'the same without the start', rival: sent.rival, unit: 's', ours: started.ours - started.theirs, theirs: sent.theirs - started.theirs }
}

async function fresh(folder: string, startRegistry: () => Promise<RunningRegistry>): Promise<Servers> {
  const assets = join(folder, 'assets')
  await rm(assets, { recursive: true, force: true })
  await mkdir(assets, { recursive: true })
  const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: join(folder, 'project') })
  const commit = stdout.trim()
  const registry = await startRegistry()
  const github = await startFakeGithub({
    folder: assets, repositories: { [repository]: { branches: { main: commit }, tags: { 'v1.1.0': commit } } },
    tokens: { 'bench-token': { may: { [repository]: 'write' } } },
  })
  return { github, registry, close: async () => { await Promise.all([github.close(), registry.close()]) } }
}

/** Programs that are ready, with bytes that no compressor makes less of. */
async function project(folder: string, arena: ImageArena): Promise<void> {
  const made = await serverProject(join(folder, 'project'))
  await readyBinaries(made, arena)
  for (let at = 0; at < archives; at += 1) await writeFile(join(made.folder, `archived-${at}`), randomBytes(archivedBytes))
  for (let at = 0; at < images; at += 1) await writeFile(join(made.folder, `layered-${at}`), randomBytes(layeredBytes))
  await made.release(1)
  await writeFile(join(folder, 'build.ts'), buildScript(made.folder))
}

/** Says how much there is to send, and that nothing is missing. */
async function allThere(dist: string, log: ImageArena['log']): Promise<void> {
  const { artifacts } = JSON.parse(await readFile(join(dist, 'release.json'), 'utf8')) as { readonly artifacts: readonly { readonly kind: string; readonly size: number }[] }
  const files = artifacts.filter(({ kind }) => kind === 'archive' || kind === 'checksums')
  const count = files.length + artifacts.filter(({ kind }) => kind === 'image').length
  if (count !== archives * imagePlatforms.length + 1 + images) throw new Error(`there are ${count} artifacts to publish`)
  const bytes = files.reduce((sum, { size }) => sum + size, 0) + images * layeredBytes
  log(`publish: ${count} artifacts, ${(bytes / 1e6).toFixed(0)} MB and the programs' layers`)
}

function buildScript(folder: string): string {
  const files = Object.fromEntries(imagePlatforms.map(platform => [platform, `ready/${dashed(platform)}/gateway`]))
  return `import { archive, buildImage, checksums, directory, githubRelease, main, ociRegistry, prebuilt, publish, resolveVersion, send } from 'slipway'

const files: Readonly<Record<string, string>> = ${JSON.stringify(files)}

await main(import.meta, {
  project: ${JSON.stringify(folder)},
  version: resolveVersion(),
  targets: ${JSON.stringify(imagePlatforms)},

  goals: ({ project, version, source, targets, base, publishing }) => {
    const binaries = targets.map(target => prebuilt({ project, version, source: source('files'), target, file: files[target] ?? '', program: 'gateway' }))
    const archives = Array.from({ length: ${archives} }, (_, at) => binaries.map(binary =>
      archive({ binary, source: source('files'), files: [\`archived-\${at}\`], name: parts => \`app\${at}_\${parts.version}_\${parts.token}\` }))).flat()
    const images = Array.from({ length: ${images} }, (_, at) =>
      buildImage({ base: base('static'), binaries, source: source('files'), files: [{ glob: \`layered-\${at}\`, to: '/data' }], name: \`app\${at}\` }))
    const sums = checksums({ artifacts: archives })
    const github = send(githubRelease({
      repository: '${repository}', version, token: 'bench-token', baseUrl: process.env['BENCH_GITHUB'] ?? '', notes: { text: 'A bench' },
    }), archives, sums)
    const registry = images.map((image, at) => send(ociRegistry(\`\${process.env['BENCH_REGISTRY'] ?? ''}/bench/app\${at}\`), image))
    const dist = send(directory('dist'), archives, sums, images)
    return {
      both: ['everywhere', publishing ? publish(github, ...registry) : publish(dist)],
      github: ['GitHub alone', publish(github)],
      registry: ['the registry alone', publish(...registry)],
    }
  },
})
`
}
