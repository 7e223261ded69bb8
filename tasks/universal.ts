import { task } from '../lib/graph/task.ts'
import type { Binary } from '../lib/values/binary.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import { platformOf } from '../lib/values/target.ts'

export interface UniversalInput {
  /** One program for macOS on several architectures. */
  readonly binaries: readonly Binary[]
}

/**
 * Joins a program's macOS binaries into one that runs on every Mac: the target `darwin/all`, which installers know.
 * @throws ReleaseError (USAGE) for fewer than two, for other systems, or for several programs
 */
export const universal = task<UniversalInput, Binary>({
  name: 'universal binary',
  revision: 1,
  slot: 'cpu',
  outline: ({ binaries }) => {
    const [first] = binaries
    const architectures = new Set(binaries.map(one => platformOf(one.target).architecture))
    const same = first && binaries.length > 1 && architectures.size === binaries.length && !architectures.has('all')
      && binaries.every(one => one.program === first.program && platformOf(one.target).os === 'darwin')
    if (!same) {
      throw new ReleaseError('Cannot join binaries into a universal one: they are not one program for macOS on several architectures', {
        code: 'USAGE', hint: 'Give universal() the darwin/amd64 and darwin/arm64 binaries of one program.',
      })
    }
    const { build: _build, ...outline } = first
    return { ...outline, target: 'darwin/all' }
  },
  depends: ({ binaries }) => ({ binaries: binaries.map(({ target, digest }) => ({ target, digest })) }),
  work: async ({ binaries }, { content }) => {
    const { universal: join } = await import('../lib/formats/universal.ts')
    const { open } = join(binaries.map(binary => ({
      architecture: platformOf(binary.target).architecture, size: binary.size, open: () => content.open(binary),
    })))
    return content.put(open(), 'application/octet-stream')
  },
})
