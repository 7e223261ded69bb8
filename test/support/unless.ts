import { test, type Callback, type Test } from 'uvu'

export type Declare<T = Record<string, unknown>> = (name: string, body: Callback<T>) => void

/**
 * Declares a test, or skips it visibly where there is a reason to.
 * @param suite what it belongs to; the file's own tests where it is absent
 * @example unless(writable ? undefined : 'the file system is read-only')('a file is written', async () => {})
 */
export function unless(reason: string | undefined): Declare
export function unless<T>(reason: string | undefined, suite: Test<T>): Declare<T>
export function unless(reason: string | undefined, suite: Test = test): Declare {
  if (reason === undefined) return (name, body) => { suite(name, body) }
  return name => {
    console.log(`skip: ${name}: ${reason}`)
    suite.skip()
  }
}
