import { Readable } from 'node:stream'
import { ReleaseError } from '../../values/errors.ts'
import type { Builder } from '../docker-context.ts'
import { buildkitTrace } from './buildkit-trace.ts'
import { engineError } from './engine-error.ts'
import type { EngineImage } from './engine-image.ts'
import type { EngineVersion } from './engine-version.ts'
import { engineEvents } from './events.ts'

export interface BuildOptions {
  /** The build context as a tar for a builder, opened anew for each try. */
  context(builder: Builder): AsyncIterable<Uint8Array>
  /** Where the Dockerfile is in it. */
  readonly dockerfile: string
  readonly buildArgs?: Readonly<Record<string, string>>
  /** `linux/arm/v7`; the Engine's own where it is absent. */
  readonly platform?: string
  /** The stage that is wanted; the last one where it is absent. */
  readonly target?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly tag?: string
  /** What errors call it; its tag, else its Dockerfile where it is absent. */
  readonly name?: string
  /** Ask the registry for each base, even where the Engine has one of that name. */
  readonly pull?: boolean
  /** What RUN reaches: `none`, `host`, `default`. */
  readonly network?: string
  /** BuildKit where the Engine has it, else the classic one, where it is absent. */
  readonly builder?: Builder
}

/** What building asks of the Engine. */
export interface BuildEngine {
  readonly name: string
  readonly signal: AbortSignal
  version(): Promise<EngineVersion>
  inspect(reference: string): Promise<EngineImage | undefined>
  start(context: Readable, request: BuildRequest): Promise<StartedBuild>
}

export interface StartedBuild {
  readonly answer: AsyncIterable<Uint8Array>
  /** Ends what is still open between us and the Engine. */
  close(): void
}

/** The query of POST /build: Docker Engine API 1.41, "Build an image". */
export interface BuildRequest {
  readonly version: '1' | '2'
  readonly dockerfile: string
  readonly buildargs: Record<string, string>
  readonly labels: Record<string, string>
  readonly rm: true
  readonly forcerm: true
  readonly platform?: string
  readonly target?: string
  readonly t?: string
  readonly pull?: boolean
  readonly networkmode?: string
}

/** Lines of a failed build that are shown. */
const shownLines = 60

/** The first interface whose BuildKit can be had without being switched on. */
const buildKitSince = [1, 40] as const

/** What an Engine says that has no BuildKit, or whose BuildKit cannot speak with us: nothing was built then. */
const noBuildKit = /buildkit (is )?not (supported|enabled)|unknown builder version|no active sessions?|session .*(not found|required)|unable to upgrade/i

/** Builds with BuildKit where the Engine has it, else with the classic builder. */
export function createBuilder(engine: BuildEngine): (options: BuildOptions, line?: (text: string) => void) => Promise<string> {
  return async (options, line = () => {}) => {
    const { builder = isSince((await engine.version()).api) ? undefined : 'classic' } = options
    if (builder !== undefined) return buildWith(builder, engine, options, line)
    try {
      return await buildWith('buildkit', engine, options, line)
    } catch (error) {
      if (!(error instanceof ReleaseError) || !noBuildKit.test(error.message)) throw error
      line('The Engine has no BuildKit: the classic builder is used.')
      return buildWith('classic', engine, options, line)
    }
  }
}

async function buildWith(builder: Builder, engine: BuildEngine, options: BuildOptions, line: (text: string) => void): Promise<string> {
  const printed: string[] = []
  const print = (text: string): void => {
    printed.push(text)
    if (printed.length > shownLines) printed.shift()
    line(text)
  }
  const context = Readable.from(options.context(builder))
  let broken: Error | undefined
  context.once('error', error => { broken = error })
  let started: StartedBuild | undefined
  try {
    engine.signal.throwIfAborted()
    started = await engine.start(context, requestOf(builder, options))
    const id = await follow(started.answer, print)
    const found = await engine.inspect(id ?? options.tag ?? '')
    if (found) return found.id
    throw new BuildFailure('it does not say what it built')
  } catch (error) {
    engine.signal.throwIfAborted()
    if (error instanceof BuildFailure) throw failed(options, engine, error.message, printed)
    throw broken ?? engineError(`build ${nameOf(options)}`, engine.name, error)
  } finally {
    started?.close()
    context.destroy()
  }
}

/** Where the Engine says that the build failed. */
class BuildFailure extends Error {}

/** Follows a build to its end. @returns the id that the Engine tells, if it does */
async function follow(answer: AsyncIterable<Uint8Array>, print: (text: string) => void): Promise<string | undefined> {
  const trace = buildkitTrace()
  let id: string | undefined
  for await (const { id: kind, stream = '', error, errorDetail, aux } of engineEvents(answer)) {
    const failure = error ?? errorDetail?.message
    if (failure !== undefined) throw new BuildFailure(failure)
    if (typeof aux === 'object') id = aux.ID ?? id
    if (kind === 'moby.buildkit.trace' && typeof aux === 'string') trace(aux).forEach(print)
    stream.split(/\r?\n/).filter(text => text.trim() !== '').forEach(print)
  }
  return id
}

function requestOf(builder: Builder, { dockerfile, buildArgs, platform, target, labels, tag, pull, network }: BuildOptions): BuildRequest {
  return {
    version: builder === 'buildkit' ? '2' : '1', dockerfile, buildargs: { ...buildArgs }, labels: { ...labels }, rm: true, forcerm: true,
    ...platform !== undefined && { platform }, ...target !== undefined && { target }, ...tag !== undefined && { t: tag },
    ...pull && { pull }, ...network !== undefined && { networkmode: network },
  }
}

function failed(options: BuildOptions, { name }: BuildEngine, why: string, printed: readonly string[]): ReleaseError {
  return new ReleaseError(`Cannot build ${nameOf(options)} with ${name}: ${why.trim()}`, {
    code: 'DOCKER', output: printed.join('\n'), hint: `Correct ${options.dockerfile}: the step that failed is the last one above.`,
  })
}

function nameOf({ name, tag, dockerfile, platform }: BuildOptions): string {
  return `${name ?? tag ?? dockerfile}${platform === undefined ? '' : ` for ${platform}`}`
}

function isSince(api: string): boolean {
  const [major = 0, minor = 0] = api.split('.').map(Number)
  return major > buildKitSince[0] || (major === buildKitSince[0] && minor >= buildKitSince[1])
}
