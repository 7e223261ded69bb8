import type { Json } from '../../values/json.ts'
import { errorData, printErrors } from '../run/print-errors.ts'
import type { Probed } from './probes.ts'
import { table } from '../table.ts'

/** What each state means to somebody who reads a table. */
export type Words = Readonly<Record<Probed['state'], string>>

/** A table of what was found, and the errors of those that could not be asked below it. */
export function printProbes(probes: readonly Probed[], words: Words): void {
  const rows = probes.map(({ destination, kind, name, state, digest, own, url, instead }) =>
    [destination, kind, name, instead === undefined ? words[state] : `${instead} stands there`, state === 'different' ? `${short(digest)} there, ${short(own)} here` : short(digest ?? own), url])
  process.stdout.write(rows.length === 0 ? 'Nothing is sent anywhere.\n' : table([['destination', 'kind', 'name', 'state', 'digest', 'address'], ...rows]))
  const errors = probes.flatMap(({ error }) => error === undefined ? [] : [error])
  if (errors.length > 0) printErrors([...new Map(errors.map(error => [(error as Error).message, error])).values()])
}

export function probeData(probes: readonly Probed[]): Json {
  return probes.map(({ error, ...one }) => ({ ...one, ...error === undefined ? {} : { error: errorData(error) } }))
}

function short(digest: string | undefined): string {
  return digest === undefined ? '' : digest.slice(0, 'sha256:'.length + 12)
}
