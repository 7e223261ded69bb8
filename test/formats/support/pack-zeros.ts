// A program of its own, because a process has one peak: packs a sparse file as tar.gz and zip, prints its peak in MiB.
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { gzip } from '../../../lib/formats/gzip.ts'
import { tar } from '../../../lib/formats/tar.ts'
import { zip } from '../../../lib/formats/zip.ts'

const [,, file = '', bytes] = process.argv
const size = Number(bytes)
const time = new Date(0)
const entry = { name: 'zeros', mode: 0o644, size, open: () => createReadStream(file) }

await using handle = await open(file, 'w')
await handle.truncate(size)
await pipeline(gzip(tar([entry], { time }), 1), createWriteStream('/dev/null'))
const peak = process.resourceUsage().maxRSS
await pipeline(zip([entry], { time }), createWriteStream('/dev/null'))
console.log(Math.ceil(peak / 1024), Math.ceil(process.resourceUsage().maxRSS / 1024))
