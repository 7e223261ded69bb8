import { ReleaseError } from '../values/errors.ts'
import { digestProblem, isDigest } from './digest-problem.ts'
import type { OciDescriptor } from './descriptor.ts'
import type { ContainerConfig, Healthcheck, History, ImageConfig } from './image-config.ts'
import { reader, type Refuse } from './field-reader.ts'
import { isObject, parseJson } from './parse-json.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads an image's configuration: OCI image specification 1.1, "image configuration". A field that is null is absent; those
 * that are not known here are not in it.
 * @throws ReleaseError (REGISTRY) where it is no JSON object of at most 4 MiB, (IMAGE) where it is no configuration
 */
export function parseImageConfig(bytes: Uint8Array, { digest }: Pick<OciDescriptor, 'digest'>): ImageConfig {
  const refuse: Refuse = why => new ReleaseError(`Cannot use the image configuration ${digest}: ${why}`, {
    code: 'IMAGE', hint: 'Build and push the image again with a tool that writes OCI or Docker schema 2 images.',
  })
  const value = parseJson(bytes, `the image configuration ${digest}`)
  const read = reader(value, 'it', refuse)
  const { os, architecture } = { ...read.text('os'), ...read.text('architecture') }
  if (os === undefined || architecture === undefined) throw refuse(`it has no ${os === undefined ? 'os' : 'architecture'}`)
  const { config, history } = { config: value['config'] ?? undefined, history: value['history'] ?? undefined }
  if (config !== undefined && !isObject(config)) throw refuse('its config is no object')
  if (history !== undefined && !Array.isArray(history)) throw refuse('its history is no list')
  return {
    ...read.text('created'), ...read.text('author'), architecture, os, ...read.text('variant'), ...read.text('os.version'), ...read.texts('os.features'),
    ...config && { config: containerOf(config, refuse) },
    rootfs: { type: 'layers', diff_ids: diffIdsOf(value['rootfs'], refuse) },
    ...history && { history: history.map(entry => historyOf(entry, refuse)) },
  }
}

function diffIdsOf(rootfs: unknown, refuse: Refuse): readonly string[] {
  if (!isObject(rootfs) || rootfs['type'] !== 'layers') throw refuse('its rootfs has not the type layers')
  const { diff_ids: ids = [] } = reader(rootfs, 'its rootfs', refuse).texts('diff_ids')
  const wrong = ids.find(id => !isDigest(id))
  if (wrong !== undefined) throw refuse(`the diff_ids of its rootfs cannot be checked: ${digestProblem(wrong)}`)
  return ids
}

function containerOf(value: Fields, refuse: Refuse): ContainerConfig {
  const read = reader(value, 'its config', refuse)
  const { Healthcheck: check, ArgsEscaped: escaped } = value
  return {
    ...read.text('User'), ...read.objects('ExposedPorts'), ...read.texts('Env'), ...read.texts('Entrypoint'), ...read.texts('Cmd'),
    ...read.objects('Volumes'), ...read.text('WorkingDir'), ...read.record('Labels'), ...read.text('StopSignal'), ...read.texts('Shell'),
    ...read.texts('OnBuild'), ...isObject(check) && { Healthcheck: checkOf(check, refuse) }, ...escaped === true && { ArgsEscaped: true },
  }
}

function checkOf(value: Fields, refuse: Refuse): Healthcheck {
  const read = reader(value, 'its health check', refuse)
  return {
    ...read.texts('Test'), ...read.number('Interval'), ...read.number('Timeout'), ...read.number('StartPeriod'), ...read.number('StartInterval'),
    ...read.number('Retries'),
  }
}

function historyOf(entry: unknown, refuse: Refuse): History {
  if (!isObject(entry)) throw refuse('its history has something else than entries')
  const read = reader(entry, 'its history', refuse)
  return {
    ...read.text('created'), ...read.text('created_by'), ...read.text('author'), ...read.text('comment'),
    ...entry['empty_layer'] === true && { empty_layer: true },
  }
}
