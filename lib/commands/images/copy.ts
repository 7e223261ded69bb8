import type { CopyProgress } from '../../oci/copy.ts'
import { copy } from '../../copy.ts'
import { readableBytes } from '../../values/readable.ts'
import { stopOnSignals } from '../run/stop-on-signals.ts'

export interface CopySettings {
  readonly referrers: boolean
  readonly deep: boolean
  readonly platforms?: readonly string[] | undefined
  readonly json: boolean
  readonly quiet: boolean
}

const drawMilliseconds = 200

/** Copies an image and says what it is there: its digest on standard output, progress on standard error. */
export async function copyImage([from, to]: readonly [string, string], { referrers, deep, platforms, json, quiet }: CopySettings): Promise<void> {
  const { signal, restore } = stopOnSignals()
  let last: CopyProgress = { total: 0, done: 0, skipped: 0 }
  const timer = process.stderr.isTTY && !quiet ? setInterval(() => process.stderr.write(`\r\x1b[K${progressText(last)}`), drawMilliseconds) : undefined
  try {
    const { digest, mediaType, size } = await copy(from, to, {
      referrers, deep, signal, progress: progress => { last = progress }, ...(platforms ? { platforms } : {}),
    })
    if (timer) process.stderr.write('\r\x1b[K')
    if (json) process.stdout.write(`${JSON.stringify({ digest, mediaType, size, bytes: last }, null, 2)}\n`)
    else {
      if (!quiet) process.stderr.write(`${progressText(last)}\n`)
      process.stdout.write(`${digest}\n`)
    }
  } finally {
    clearInterval(timer)
    restore()
  }
}

function progressText({ total, done, skipped }: CopyProgress): string {
  return `${readableBytes(done)} copied of ${readableBytes(total)}${skipped > 0 ? `, ${readableBytes(skipped)} there already` : ''}`
}
