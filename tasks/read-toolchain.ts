import type { Reading } from '../lib/contracts/reading.ts'
import type { Toolchain } from '../lib/values/toolchain.ts'

/**
 * Reads the Go toolchain that is there: `const toolchain = await run(readToolchain())`.
 * @param program another go command than the one on the PATH
 */
export function readToolchain(program?: string): Reading<Toolchain> {
  return {
    reads: 'toolchain',
    read: async ({ exec, environment }) => {
      const client = await import('../lib/clients/go/toolchain.ts')
      return client.readToolchain({ exec, environment, ...(program === undefined ? {} : { program }) })
    },
  }
}
