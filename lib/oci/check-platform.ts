import { ReleaseError } from '../values/errors.ts'
import type { OciDescriptor } from './descriptor.ts'
import { mediaTypes } from './media-types.ts'
import { parseImageConfig } from './parse-image-config.ts'
import { documentLimit } from './parse-json.ts'
import { isIndex } from './parse-manifest.ts'
import { choosePlatform, parsePlatform, platformText } from './platform.ts'
import { readManifest } from './read-manifest.ts'
import { smallBlob } from './small-blob.ts'
import type { Source } from './store.ts'

/** Refuses an image without an index that is for other platforms than those asked for. @throws ReleaseError (IMAGE, TARGET) */
export async function checkPlatform(source: Source, root: OciDescriptor, platforms: readonly string[] = []): Promise<void> {
  const wanted = platforms.map(parsePlatform)
  if (wanted.length === 0) return
  const { manifest } = await readManifest(source, root)
  if (isIndex(manifest) || ![mediaTypes.config, mediaTypes.dockerConfig].some(type => type === manifest.config.mediaType)) return
  const { os, architecture, variant } = parseImageConfig(await smallBlob(source, manifest.config, documentLimit), manifest.config)
  const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) }
  const other = wanted.find(one => !choosePlatform([{ ...root, platform }], one))
  if (other) throw new ReleaseError(`Cannot take ${platformText(other)} from ${source.name}: it is for ${platformText(platform)}`, { code: 'IMAGE', hint: 'Leave the platform out.' })
}
