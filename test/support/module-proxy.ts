import { createWriteStream } from 'node:fs'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import yazl from 'yazl'

export interface ProxiedModule {
  readonly path: string
  /** The path as a proxy spells it, where it has capital letters: `example.com/!capital`. */
  readonly escaped?: string
  readonly version: string
  readonly files: Readonly<Record<string, string>>
}

/**
 * Writes a Go module proxy as a folder, and returns what GOPROXY has to be for it.
 * Source: https://go.dev/ref/mod#goproxy-protocol
 */
export async function moduleProxy(folder: string, modules: readonly ProxiedModule[]): Promise<string> {
  for (const { path, escaped = path, version, files } of modules) {
    const place = join(folder, escaped, '@v')
    await mkdir(place, { recursive: true })
    await appendFile(join(place, 'list'), `${version}\n`)
    await writeFile(join(place, `${version}.info`), JSON.stringify({ Version: version, Time: '2024-01-01T00:00:00Z' }))
    await writeFile(join(place, `${version}.mod`), files['go.mod'] ?? `module ${path}\n`)
    const zip = new yazl.ZipFile()
    for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), `${path}@${version}/${name}`)
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(join(place, `${version}.zip`)))
  }
  return pathToFileURL(folder).href
}
