import { test } from 'uvu'

export type Declare = (name: string, body: () => void | Promise<void>) => void

/**
 * Declares a test, or skips it visibly where there is a reason to.
 * @example unless(writable ? undefined : 'the file system is read-only')('a file is written', async () => {})
 */
export function unless(reason: string | undefined): Declare {
  if (reason === undefined) return (name, body) => { test(name, body) }
  return name => {
    console.log(`skip: ${name}: ${reason}`)
    test.skip()
  }
}
