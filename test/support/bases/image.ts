import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import type { ContainerConfig, History, ImageConfig } from '../../../lib/oci/image-config.ts'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import type { OciPlatform } from '../../../lib/oci/oci-platform.ts'
import type { Layer } from './layer.ts'
import type { Layout } from './layout.ts'

export interface Image {
  readonly form: 'docker' | 'oci'
  readonly platform: OciPlatform
  readonly created: string
  readonly config: ContainerConfig
  readonly layers: readonly Layer[]
  /** History of what made no layer, as builders note it. */
  readonly notes?: readonly string[]
  readonly annotations?: Readonly<Record<string, string>>
}

/** Writes an image of one platform, and returns how an index lists it. */
export async function image(layout: Layout, made: Image): Promise<OciDescriptor> {
  const docker = made.form === 'docker'
  const config = await layout.put(json(configOf(made)), docker ? mediaTypes.dockerConfig : mediaTypes.config)
  const layers = await Promise.all(made.layers.map(({ bytes, compression }) => layout.put(bytes, layerType(made.form, compression))))
  const mediaType = docker ? mediaTypes.dockerManifest : mediaTypes.manifest
  // Docker indents its manifests by three, BuildKit by two: the bytes are nobody's canonical form.
  const manifest = json({ schemaVersion: 2, mediaType, config, layers, ...made.annotations && { annotations: made.annotations } }, docker ? 3 : 2)
  return { ...await layout.put(manifest, mediaType), platform: made.platform }
}

function layerType(form: Image['form'], compression: Layer['compression']): string {
  if (compression === 'zstd') return mediaTypes.zstdLayer
  return form === 'docker' ? mediaTypes.dockerGzipLayer : mediaTypes.gzipLayer
}

function configOf({ form, platform, created, config, layers, notes = [] }: Image): ImageConfig {
  const empty = notes.map((note): History => ({ created, created_by: note, empty_layer: true }))
  return {
    ...form === 'docker' && { container: '0'.repeat(64), container_config: { ...config, Hostname: '' }, docker_version: '20.10.23' },
    created,
    ...platform,
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: [...layers.map(({ createdBy }): History => ({ created, created_by: createdBy })), ...empty],
  }
}

function json(value: unknown, indent?: number): Buffer {
  return Buffer.from(JSON.stringify(value, undefined, indent))
}
