import { posix } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ReleaseError } from '../../values/errors.ts'
import { readTar } from '../tar-reader.ts'
import type { ChartFile } from './chart-file.ts'
import { chartLimits } from './chart-limits.ts'

/**
 * The files of a chart's package, without its one folder, sorted. Whatever is in it that is no file is passed over.
 * @param subject what errors call it
 * @throws ReleaseError (CONTENT) where it is no such package, or leads outside of its folder, (FILES) where it is over helm's limits
 */
export async function unpackChart(bytes: Uint8Array, subject: string): Promise<readonly ChartFile[]> {
  if (!isGzip(bytes)) throw broken(subject, 'it is no gzip')
  const count = chartLimits(subject)
  const files = new Map<string, ChartFile>()
  for await (const { name, type, size, body } of readTar(gunzipped(bytes, subject), subject)) {
    if (type !== 'file') continue
    const path = pathIn(name, subject)
    count(path, size)
    files.set(path, { path, bytes: await whole(body, size) })
  }
  if (!files.has('Chart.yaml')) throw broken(subject, files.size === 0 ? 'it has no files' : 'it has no Chart.yaml in its folder')
  return [...files.values()].sort((a, b) => a.path < b.path ? -1 : 1)
}

/** RFC 1952, section 2.3.1. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8
}

async function whole(body: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let at = 0
  for await (const part of body) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

async function* gunzipped(bytes: Uint8Array, subject: string): AsyncGenerator<Uint8Array> {
  const stream = createGunzip()
  pipeline([bytes], stream, () => {}) // an error ends the stream, whose reader hears of it
  try {
    yield* stream as AsyncIterable<Buffer>
  } catch (cause) {
    throw broken(subject, 'its compressed bytes are damaged', cause)
  }
}

/** What is left without the folder; packages made on Windows have backslashes. */
function pathIn(name: string, subject: string): string {
  const [, ...parts] = name.split(name.includes('\\') ? '\\' : '/')
  const path = posix.normalize(parts.join('/'))
  if (path !== '.' && !path.startsWith('..') && !path.startsWith('/') && !/^[a-zA-Z]:/.test(path)) return path
  throw broken(subject, `${JSON.stringify(name)} lies outside of its folder`)
}

function broken(subject: string, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot read the chart's package ${subject}: ${why}`, { code: 'CONTENT', hint: 'Package it again: helm package', cause })
}
