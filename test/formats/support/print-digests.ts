// A program of its own, because a process has one time zone: prints the digests of archives made at awkward times.
import { createHash } from 'node:crypto'
import { gzip } from '../../../lib/formats/gzip.ts'
import { tar } from '../../../lib/formats/tar.ts'
import { zip } from '../../../lib/formats/zip.ts'
import { collect } from './collect.ts'
import { sampleEntries, sampleTime } from './sample-entries.ts'

const times = ['1979-12-31T20:00:00Z', '1980-01-01T03:00:00Z', '2107-12-31T23:00:00Z', '2108-01-01T00:00:00Z',
  '2024-10-05T15:45:00Z', '2024-07-01T23:59:59Z'] // two hours around the limits, and a gap of half an hour

console.log(`${process.env['TZ']} ${new Date(0).getHours()}`)
for (const time of [sampleTime, ...times.map(text => new Date(text))]) {
  const archives = { zip: zip(sampleEntries, { time }), 'tar.gz': gzip(tar(sampleEntries, { time })) }
  for (const [name, archive] of Object.entries(archives)) {
    console.log(`${time.toISOString()} ${name} ${createHash('sha256').update(await collect(archive)).digest('hex')}`)
  }
}
