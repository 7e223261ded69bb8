import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copy as copyImage } from '../../../lib/copy.ts'
import { realRegistries, type RunningRegistry } from '../../../test/support/real-registries.ts'
import { duel, type Runner } from '../duel.ts'
import { goProgram } from '../go-program.ts'
import type { ImageArena } from '../images/image-arena.ts'
import { largeImage } from '../images/large-image.ts'
import { isProgram } from '../images/is-program.ts'
import { countUploads } from '../images/uploads.ts'
import { installedPackage } from '../installed-package.ts'
import { peak } from '../peak.ts'
import { runProcess } from '../process.ts'
import type { Row } from '../row.ts'

const [layers, megabytes, limitMegabytes] = [20, 25, 250]

/**
 * 500 MB from one registry of this machine to another. Every copy goes to a registry that has nothing: skopeo remembers what
 * it saw where, and would have it linked there.
 */
export async function copy(arena: ImageArena): Promise<readonly Row[]> {
  const { environment, signal, log } = arena
  const [debian] = realRegistries()
  if (!debian || debian.reason !== undefined) {
    log(`copy is left out: ${debian?.reason ?? 'there is no registry'}`)
    return []
  }
  const folder = join(arena.folder, 'copy')
  await mkdir(folder, { recursive: true })
  const source = await debian.start()
  let target: RunningRegistry | undefined
  const ready = async (): Promise<void> => {
    await target?.close()
    target = undefined
    target = await debian.start()
  }
  const ends = (): readonly [string, string] => [`${source.host}/app:large`, `${target?.host ?? ''}/app:large`]
  const run = (command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<void> =>
    runProcess({ command, args, folder, environment: { ...environment, ...more }, signal })
  const ours = (ends: readonly string[], more?: NodeJS.ProcessEnv): Promise<void> => run('npx', ['slipway', 'copy', '--quiet', ...ends], more)
  try {
    await installedPackage(folder, { environment, signal })
    await largeImage(join(folder, 'layout'), layers, megabytes)
    await copyImage(`oci:${join(folder, 'layout')}:large`, ends()[0], { signal })
    await rm(join(folder, 'layout'), { recursive: true })
    const crane = await goProgram({ package: 'github.com/google/go-containerregistry/cmd/crane', version: 'v0.20.6', environment, signal })
    const rivals: (Runner & { readonly bound: number })[] = [{ name: 'crane copy', bound: 1.3, ready, run: () => run(crane, ['copy', ...ends()]) }]
    if (await isProgram('skopeo')) {
      const skopeo = (): Promise<void> => run('skopeo', ['--insecure-policy', 'copy', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false', ...ends().map(end => `docker://${end}`)])
      rivals.push({ name: 'skopeo copy', bound: 1, ready, run: skopeo })
    } else log('skopeo is left out: it is not installed')
    const rows = await duel({ work: `${layers * megabytes} MB copied`, rounds: arena.runs ?? 3, log, ours: { name: 'slipway', ready, run: () => ours(ends()) }, rivals })

    await ready()
    const megabytesUsed = await peak('slipway', more => ours(ends(), more))
    await nothingTwice(ends(), ours)
    return [...rows, { work: 'memory of copy', rival: 'limit', ours: megabytesUsed, theirs: limitMegabytes, unit: 'MB', bound: 1 }]
  } finally {
    await target?.close()
    await source.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Copies what is there already. @throws Error where a blob was sent */
async function nothingTwice([from, to]: readonly [string, string], copyTo: (ends: readonly string[]) => Promise<void>): Promise<void> {
  const [host = '', ...rest] = to.split('/')
  const uploads = await countUploads(host)
  try {
    await copyTo([from, `${uploads.host}/${rest.join('/')}`])
    if (uploads.count() > 0) throw new Error(`a second copy sent blobs in ${uploads.count()} requests`)
  } finally {
    await uploads.close()
  }
}
