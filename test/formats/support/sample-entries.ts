import type { Entry } from '../../../lib/formats/entry.ts'
import { memoryEntry } from './memory-entry.ts'

/** One entry of every kind that archives write in a way of its own. */
export const sampleEntries: readonly Entry[] = [
  memoryEntry('LICENSE', 'Do what is right.\n'),
  memoryEntry('bin/gateway', Uint8Array.from({ length: 2000 }, (_, index) => index * index % 251), { mode: 0o755 }),
  memoryEntry('bin/latest', '', { mode: 0o777, link: 'gateway' }),
  memoryEntry('docs/Übersicht.md', '# Übersicht\n', { mode: 0o600 }),
  memoryEntry('docs/Verweis', '', { mode: 0o777, link: 'Übersicht.md' }),
  memoryEntry('empty', '', { mode: 0 }),
  memoryEntry(`${'long/'.repeat(25)}prefix`, 'in the prefix field\n'),
  memoryEntry('long'.repeat(30), 'in an extended header\n', { mode: 0o4755 }),
]

/** In the hour that New York does not have, when summer time begins. */
export const sampleTime = new Date('2024-03-10T02:30:41.900Z')
