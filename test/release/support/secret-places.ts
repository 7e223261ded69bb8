import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startFakeGithub, type FakeGithub } from '../../../lib/testing/index.ts'
import { listen } from '../../../lib/testing/listen.ts'
import { startGitHttp, type GitHttpServer } from '../../destinations/support/git-http-server.ts'
import { startStrictS3 } from '../../destinations/support/s3-server.ts'
import type { RealRegistry } from '../../support/real-registries.ts'
import { type Dialect, type Front, type Mood, startFront } from './echoing-front.ts'
import type { Secrets } from './find-secrets.ts'
import { hello } from './hello.ts'
import { type Ended, nodeArguments, start } from './start.ts'
import { callersEnvironment, libraryUrl, workplace, type Workplace } from './workplace.ts'

/** A project that is released with a secret for each place, and all that was said and written of it. */
export interface SecretPlaces {
  readonly place: Workplace
  readonly secrets: Secrets
  readonly github: FakeGithub
  readonly git: GitHttpServer
  /** What the webhook was sent: its headers and its body. */
  readonly told: readonly { readonly headers: Readonly<Record<string, string>>; readonly body: string }[]
  /** All that came to where redirects lead: headers and addresses. */
  readonly elsewhere: readonly string[]
  /** What stands before each server. */
  readonly fronts: Readonly<Record<string, Front>>
  /** From now on. */
  mood(mood: (server: string, request: { readonly method: string; readonly path: string }, count: number) => Mood): void
  /** Runs build.ts as a user does; what programs are started with is written down. */
  build(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  close(): Promise<void>
}

const script = `import { archive, buildImage, checksums, command, crossCompile, directory, githubRelease, gitTap, main, ociRegistry, publish, resolveVersion, send, slack, staticSite, webhook } from '${libraryUrl}'

const { GITHUB, GITHUB_TOKEN, APP_KEY, REGISTRY, REGISTRY_PASSWORD, TAP, TAP_TOKEN, S3, S3_BUCKET, S3_KEY_ID, S3_SECRET, S3_SESSION, HOOK, HOOK_SECRET, HOOK_HEADER } = process.env
const registry = ociRegistry(REGISTRY + '/example/hello', { username: 'robot', token: REGISTRY_PASSWORD })
const tap = gitTap({ repository: TAP, token: TAP_TOKEN })
const site = staticSite({ bucket: S3_BUCKET, region: 'us-east-1', endpoint: S3, accessKeyId: S3_KEY_ID, secretAccessKey: S3_SECRET, url: 'https://downloads.example', ...S3_SESSION && { sessionToken: S3_SESSION } })

await main(import.meta, {
  version: resolveVersion(),
  targets: ['linux/amd64'],
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const seen = command({ name: 'environment', source: source('files'), version, run: ['sh', '-c', 'env > environment.txt; env'], inputs: ['README.md'], outputs: ['environment.txt'] })
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const archives = binaries.map(binary => archive({ binary, files: seen }))
    const image = buildImage({ base: base('static'), binaries, isDefault: true })
    const github = githubRelease({ repository: 'example/hello', version, baseUrl: GITHUB, notes: { text: 'What is new' }, ...APP_KEY ? { app: { id: 4711, privateKey: APP_KEY } } : { token: GITHUB_TOKEN } })
    const hook = webhook({ url: HOOK, secret: HOOK_SECRET, headers: { Authorization: HOOK_HEADER }, payload: slack })
    return {
      release: ['all of it', publish({ announce: [hook], failures: 'go on' },
        send(directory('dist'), archives, image), send(registry, image), send(github, archives, checksums({ artifacts: archives })), send(tap, archives), send(site, archives))],
    }
  },
})
`

/** Whether all that a run starts is written down by strace: it is there, and this machine lets it. */
export const isTraced = spawnSync('strace', ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=execve', '-o', '/dev/null', 'true']).status === 0

/** Characters that are written in another way somewhere are in each; nothing else is like them. */
const own = {
  'GitHub\'s token': 'ghp_7Kq+Zr/w=3%2Bmd_GITHUB', 'the tap\'s token': 'tap~Xv&9/"Lp+\'2=<TAP>', 'the webhook\'s secret': 'hook-sig.Qw+8/Rt=&SIGN',
  'the webhook\'s header': 'Bearer hk_header-Zu7/Mn+4=PASS', 'the webhook\'s path': 'T0AB/B0CD/pathSecretYh6Nb2Vx',
}

export async function secretPlaces(kind: RealRegistry): Promise<SecretPlaces> {
  const place = await workplace({ ...hello, 'build.ts': script, '.gitignore': '/dist*\n' })
  const { repository, folder, cache } = place
  const [assets, programs, temporary] = [repository.beside('assets'), repository.beside('programs'), repository.beside('temporary')]
  for (const path of [assets, programs, temporary]) await mkdir(path)
  await repository.git('init', '--quiet', '--bare', join(repository.beside('taps'), 'tap.git'))
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const commit = await repository.git('rev-parse', 'HEAD')
  const told: { readonly headers: Readonly<Record<string, string>>; readonly body: string }[] = []
  const elsewhere: string[] = []
  const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    told.push({ headers: request.headers as Record<string, string>, body: await text(request) })
    response.end('ok')
  }
  const hookServer = createServer((request, response) => {
    hear(request, response).catch(() => response.destroy())
  })
  const thief = createServer((request, response) => {
    elsewhere.push(`${request.url} ${JSON.stringify(request.headers)}`)
    request.resume()
    response.writeHead(404).end()
  })
  const may = { 'example/hello': 'write' as const }
  const [registry, s3, github, git, hook, other] = await Promise.all([
    kind.start({ basic: true }), startStrictS3(),
    startFakeGithub({
      folder: assets, repositories: { 'example/hello': { branches: { main: commit }, tags: { 'v1.2.3': commit } } }, tokens: { [own['GitHub\'s token']]: { may } },
      apps: { '4711': { publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, installation: 77, may } },
    }),
    startGitHttp({ root: repository.beside('taps'), writers: { 'x-access-token': own['the tap\'s token'] } }), listen(hookServer), listen(thief),
  ])
  let moods: Parameters<SecretPlaces['mood']>[0] = () => 'pass'
  const targets: Readonly<Record<string, readonly [target: string, dialect: Dialect]>> = {
    github: [github.url, 'github'], registry: [`http://${registry.host}`, 'registry'], tap: [git.url, 'text'], s3: [s3.endpoint, 's3'], hook: [`http://${hook.host}`, 'text'],
  }
  const fronts: Readonly<Record<string, Front>> = Object.fromEntries(await Promise.all(Object.entries(targets).map(async ([name, [target, dialect]]) =>
    [name, await startFront({ target, dialect, elsewhere: `http://${other.host}`, mood: (request, count) => moods(name, request, count) })] as const)))
  const at = (name: string): string => fronts[name]?.url ?? ''
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const secrets: Secrets = { ...own, 'the registry\'s password': registry.password ?? '', 'S3\'s secret key': s3.secretAccessKey, 'S3\'s session': 'sessFw/Qo7+tok=en%SESSION', 'the app\'s key': key }
  const known = {
    GITHUB: at('github'), GITHUB_TOKEN: own['GitHub\'s token'], REGISTRY: new URL(at('registry')).host, REGISTRY_PASSWORD: registry.password ?? '', TAP: `${at('tap')}/tap.git`, TAP_TOKEN: own['the tap\'s token'],
    S3: at('s3'), S3_BUCKET: s3.bucket, S3_KEY_ID: s3.accessKeyId, S3_SECRET: s3.secretAccessKey, HOOK: `${at('hook')}/services/${own['the webhook\'s path']}`, HOOK_SECRET: own['the webhook\'s secret'], HOOK_HEADER: own['the webhook\'s header'],
  }
  await writeShims(programs, repository.beside('programs.txt'))
  let traces = 0
  return {
    place, secrets, github, git, told, elsewhere,
    fronts,
    mood: mood => { moods = mood },
    build: async (args, env = {}) => {
      const node = [process.execPath, ...nodeArguments, 'build.ts', ...args]
      const [program = '', ...rest] = isTraced ? ['strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=execve', '-s', '100000', '-o', repository.beside(`trace-${traces += 1}.txt`), ...node] : node
      return start(program, rest, {
        cwd: folder, env: { ...callersEnvironment(), SLIPWAY_CACHE: cache, TMPDIR: temporary, PATH: `${programs}:${process.env['PATH'] ?? ''}`, ...known, ...env },
      }).ended
    },
    close: async () => { await Promise.all([registry, s3, github, git, hook, other, ...Object.values(fronts)].map(one => one.close())) },
  }
}

/** Programs that write down what they are started with, and are what they stand for. */
async function writeShims(folder: string, log: string): Promise<void> {
  for (const name of ['git', 'go']) {
    await writeFile(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> '${log}'\nPATH=\${PATH#*:} exec ${name} "$@"\n`)
    await chmod(join(folder, name), 0o755)
  }
}
