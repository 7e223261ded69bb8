import { inspect, type Inspected } from '../../inspect.ts'
import { readableBytes } from '../../values/readable.ts'
import { stopOnSignals } from '../run/stop-on-signals.ts'
import { table } from '../table.ts'

/** Prints what an image is. */
export async function inspectImage([reference]: readonly [string], json: boolean): Promise<void> {
  const { signal, restore } = stopOnSignals()
  try {
    const found = await inspect(reference, { signal })
    process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : textOf(found))
  } finally {
    restore()
  }
}

function textOf({ digest, mediaType, size, platforms, config, layers, annotations, artifactType, referrers }: Inspected): string {
  const about = [
    ['digest', digest], ['media type', mediaType], ['size', readableBytes(size)], ...(artifactType === undefined ? [] : [['artifact type', artifactType]]),
    ...(config ? [['platform', [config.os, config.architecture, ...(config.variant ? [config.variant] : [])].join('/')], ['created', config.created ?? 'not said'],
      ['user', config.config?.User ?? 'root'], ['entrypoint', (config.config?.Entrypoint ?? []).join(' ')], ['command', (config.config?.Cmd ?? []).join(' ')]] : []),
  ]
  const parts = [
    ['platforms', (platforms ?? []).map(one => [`  ${one.platform}`, one.digest, readableBytes(one.size)])],
    ['layers', (layers ?? []).map(one => [`  ${one.mediaType}`, one.digest, readableBytes(one.size)])],
    ['annotations', Object.entries(annotations).map(([name, value]) => [`  ${name}`, value])],
    ['referrers', referrers.map(one => [`  ${one.artifactType ?? one.mediaType}`, one.digest, readableBytes(one.size)])],
  ] as const
  return table(about) + parts.filter(([, rows]) => rows.length > 0).map(([name, rows]) => `\n${name}\n${table(rows)}`).join('')
}
