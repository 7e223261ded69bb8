import { ReleaseError } from '../../values/errors.ts'

/** One image of an archive: names of the archive's files, and what the image is called. */
export interface ArchivedImage {
  readonly config: string
  readonly layers: readonly string[]
  readonly names: readonly string[]
}

/** Reads `manifest.json`: Docker image specification 1.2. @throws ReleaseError (CONTENT) */
export function archiveList(bytes: Buffer): readonly ArchivedImage[] {
  const list = jsonOf(bytes)
  if (!Array.isArray(list) || list.length === 0) throw refusal('lists no images')
  return list.map((one: unknown) => {
    const { Config: config, Layers: layers, RepoTags: names } = (one ?? {}) as { readonly Config?: unknown; readonly Layers?: unknown; readonly RepoTags?: unknown }
    if (typeof config !== 'string') throw refusal('lists an image without a configuration')
    return { config, layers: textsOf(layers), names: textsOf(names) }
  })
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw refusal('is no JSON')
  }
}

/** Go writes a list that is empty as null. */
function textsOf(value: unknown): readonly string[] {
  const list = value ?? []
  if (Array.isArray(list) && list.every(one => typeof one === 'string')) return list
  throw refusal('lists something else than names')
}

function refusal(why: string): ReleaseError {
  return new ReleaseError(`Cannot read the Docker archive: its manifest.json ${why}`, { code: 'CONTENT', hint: 'Write the archive again.' })
}
