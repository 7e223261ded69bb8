import { createInterface } from 'node:readline/promises'
import type { Setting } from './setting.ts'

/** Asks before something is changed that was shown. Without a terminal only --yes says so. */
export async function confirm({ options, signal }: Pick<Setting, 'options' | 'signal'>, question: string): Promise<boolean> {
  if (options.yes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    process.stderr.write('Nothing is written: say --yes to agree to it.\n')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim())
  } finally {
    terminal.close()
  }
}
