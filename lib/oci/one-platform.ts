import { ReleaseError } from '../values/errors.ts'
import { isAttestation } from './attestation.ts'
import type { OciDescriptor } from './descriptor.ts'
import { isIndex } from './parse-manifest.ts'
import { choosePlatform, parsePlatform, platformText } from './platform.ts'
import { readManifest } from './read-manifest.ts'
import type { Source } from './store.ts'

/** Node's names of processors, as images spell them. */
const machines: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm: 'arm/v7' }

/**
 * The image for one platform: the one that is named, else the one for containers on this machine. What is no index is taken
 * as it is.
 * @throws ReleaseError (USAGE) for several, (IMAGE) where there is none
 */
export async function onePlatform(source: Source, root: OciDescriptor, platforms: readonly string[] = [], machine: string = process.arch): Promise<OciDescriptor> {
  const [wanted = `linux/${machines[machine] ?? machine}`, ...more] = platforms
  if (more.length > 0) throw new ReleaseError('Cannot put several platforms into a Docker archive: it holds one', { code: 'USAGE', hint: `Name one of ${platforms.join(', ')}.` })
  const { manifest } = await readManifest(source, root)
  if (!isIndex(manifest)) return root
  const found = choosePlatform(manifest.manifests, parsePlatform(wanted))
  if (found) return onePlatform(source, found, platforms, machine)
  const there = manifest.manifests.filter(one => !isAttestation(one)).flatMap(({ platform }) => platform ? [platformText(platform)] : [])
  throw new ReleaseError(`Cannot take ${wanted} from ${source.name}: it has no image for it`, { code: 'IMAGE', hint: `It has ${there.join(', ')}.` })
}
