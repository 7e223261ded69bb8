import type { Credential, IdentityToken, PasswordCredential } from './contracts/credential.ts'
import type { OciDescriptor } from './oci/descriptor.ts'
import type { CopyProgress } from './oci/copy.ts'
import type { Source } from './oci/store.ts'
import type { ImageEnd } from './clients/image-end.ts'
import type { OpenSource } from './clients/open-source.ts'
import type { RegistryAccess } from './clients/open-registry.ts'
import { ReleaseError } from './values/errors.ts'

/** What a script proves itself with; `from` is what errors call it. */
type GivenCredential = (Omit<PasswordCredential, 'from'> | Omit<IdentityToken, 'from'>) & { readonly from?: string }

/** How registries are reached, from a script. */
export interface ImageAccess {
  /** Registries to ask first when reading, by the host that they stand for. SLIPWAY_MIRRORS adds to them. */
  readonly mirrors?: Readonly<Record<string, string | readonly string[]>>
  /** By host; they go before those that are found in variables and in Docker's configuration. */
  readonly credentials?: Readonly<Record<string, GivenCredential>>
  readonly signal?: AbortSignal
}

export interface ImageCopyOptions extends ImageAccess {
  /** What refers to it and to the images in it comes along: signatures, SBOMs, attestations. */
  readonly referrers?: boolean
  /** Only these, `linux/arm64`: an index becomes a smaller one. */
  readonly platforms?: readonly string[]
  /** Look into what is there already. */
  readonly deep?: boolean
  /** Requests at a time. Default: 4. */
  readonly concurrency?: number
  readonly progress?: (progress: CopyProgress) => void
}

/**
 * Copies an image or an artifact: `registry/repository:tag`, `oci:FOLDER:TAG`, `docker-archive:FILE`, `docker-daemon:NAME`. Parts
 * before what lists them, the tag last, only what is missing; what was interrupted goes on when it is called again.
 * @returns what it is there
 * @throws ReleaseError saying which side failed; the abort reason when stopped
 */
export async function copy(from: string, to: string, options: ImageCopyOptions = {}): Promise<OciDescriptor> {
  try {
    return await copied(from, to, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw error
  }
}

async function copied(from: string, to: string, options: ImageCopyOptions): Promise<OciDescriptor> {
  const [{ imageEnd }, { openSource }] = await Promise.all([import('./clients/image-end.ts'), import('./clients/open-source.ts')])
  const [source, target] = [imageEnd(from), imageEnd(to)]
  await refuse(target, options)
  const access = await accessOf(options)
  const opened = await openSource(source, access)
  try {
    await (await import('./oci/check-platform.ts')).checkPlatform(opened.source, opened.root, options.platforms)
    return target.kind === 'registry' || target.kind === 'layout'
      ? await toStore(opened, target, options, access)
      : await toDocker(opened, target, nameOf(source), options, access)
  } finally {
    await opened.close()
  }
}

/** What cannot be is refused before anything is read. @throws ReleaseError (USAGE, NAME, TARGET) */
async function refuse(target: ImageEnd, { platforms = [], concurrency }: ImageCopyOptions): Promise<void> {
  const [{ refuseOptions }, { parsePlatform }, { parseReference }] = await Promise.all([
    import('./oci/copy/refuse-options.ts'), import('./oci/platform.ts'), import('./oci/reference.ts'),
  ])
  refuseOptions({ concurrency, tags: target.kind === 'layout' && target.tag !== undefined ? [target.tag] : [] })
  platforms.forEach(parsePlatform)
  if (target.kind === 'registry' || target.kind === 'layout') return
  if (target.name !== undefined) parseReference(target.name)
  if (platforms.length > 1) throw new ReleaseError('Cannot copy several platforms into what Docker loads: it holds one', { code: 'USAGE', hint: `Name one of ${platforms.join(', ')}.` })
}

/** What reaching registries takes, with the caller's environment where nothing else is said. */
export async function accessOf({ mirrors, credentials = {}, signal }: ImageAccess): Promise<RegistryAccess> {
  const [{ createExec }, { fixedEnvironment }, { mirrorsOf }] = await Promise.all([
    import('./clients/exec.ts'), import('./clients/environment.ts'), import('./values/mirrors.ts'),
  ])
  const exec = createExec({ environment: fixedEnvironment(process.env), signal: signal ?? new AbortController().signal, cwd: process.cwd() })
  const named = Object.entries(credentials).map(([host, credential]): readonly [string, Credential] => [host, { from: 'the script', ...credential }])
  return {
    environment: process.env, exec, mirrors: mirrorsOf(mirrors, process.env['SLIPWAY_MIRRORS']),
    credentials: Object.fromEntries(named), ...(signal ? { signal } : {}),
  }
}

async function toStore(
  { source, root }: OpenSource, target: Extract<ImageEnd, { readonly kind: 'registry' | 'layout' }>, options: ImageCopyOptions, access: RegistryAccess,
): Promise<OciDescriptor> {
  const { platforms, signal, referrers, deep, concurrency, progress } = options
  const [{ copy: copyBetween }, { parsePlatform }, { layoutIn }, { openRegistry }, { tagOf }] = await Promise.all([
    import('./oci/copy.ts'), import('./oci/platform.ts'), import('./oci/layout.ts'), import('./clients/open-registry.ts'), import('./oci/reference.ts'),
  ])
  const to = target.kind === 'layout' ? layoutIn(target.folder) : await openRegistry(target.reference, access)
  const tag = target.kind === 'layout' ? target.tag : target.reference.digest ? target.reference.tag : tagOf(target.reference)
  const expected = target.kind === 'layout' ? target.digest : target.reference.digest
  return copyBetween({
    from: source, to, root, expected, tags: tag === undefined ? [] : [tag], referrers: referrers ?? false, deep: deep ?? false,
    ...(platforms ? { platforms: platforms.map(parsePlatform) } : {}), ...(signal ? { signal } : {}),
    ...(concurrency === undefined ? {} : { concurrency }), ...(progress ? { progress } : {}),
  })
}

/** Docker's own forms hold one platform: the one that is named, else this machine's. */
async function toDocker(
  { source, root }: OpenSource, target: Extract<ImageEnd, { readonly kind: 'archive' | 'engine' }>, name: string | undefined, options: ImageCopyOptions, access: RegistryAccess,
): Promise<OciDescriptor> {
  const [{ dockerArchive }, { onePlatform }, { writeWhole }, { openEngine }, { untilStopped }] = await Promise.all([
    import('./oci/docker-archive.ts'), import('./oci/one-platform.ts'), import('./clients/write-whole.ts'), import('./clients/docker-engine.ts'),
    import('./clients/until-stopped.ts'),
  ])
  const image = await onePlatform(source, root, options.platforms)
  const called = target.name ?? name
  const from: Source = { ...source, open: descriptor => untilStopped(source.open(descriptor), options.signal) }
  const bytes = dockerArchive({ from, image, names: called === undefined ? [] : [withTag(called)] })
  if (target.kind === 'archive') await writeWhole(target.file, bytes)
  else await (await openEngine({ environment: access.environment, signal: options.signal ?? new AbortController().signal })).load(bytes)
  return image
}

/** A port is no tag. */
function withTag(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`
}

/** What it is called where it comes from; by its digest alone it has no name. */
function nameOf(end: ImageEnd): string | undefined {
  if (end.kind === 'registry') {
    const { host, repository, tag = 'latest', digest } = end.reference
    return end.reference.tag === undefined && digest !== undefined ? undefined : `${host}/${repository}:${tag}`
  }
  return end.kind === 'layout' ? undefined : end.name
}
