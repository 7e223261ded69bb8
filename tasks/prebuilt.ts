import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../lib/clients/hash-file.ts'
import { selectFiles } from '../lib/clients/select-files.ts'
import { task } from '../lib/graph/task.ts'
import type { Binary } from '../lib/values/binary.ts'
import { binaryVersion } from '../lib/values/binary-version.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Project } from '../lib/values/project.ts'
import type { Source } from '../lib/values/source.ts'
import { platformOf, type Target } from '../lib/values/target.ts'
import type { Version } from '../lib/values/version.ts'

export interface PrebuiltInput {
  readonly project: Project
  readonly version: Version
  readonly source: Source
  readonly target: Target
  /** The executable, relative to the source's folder. */
  readonly file: string
  readonly program: string
  /** The module path it has to be of; the project's where it is absent, any where it is empty. */
  readonly module?: string
  /** The toolchain that has to have made it: `go1.26.8`. */
  readonly go?: string
  /** Variables whose values have to be in it. */
  readonly stamp?: Readonly<Record<string, string>>
}

/** Takes a binary that something else built, with the checks that a compiled one passes. */
export const prebuilt = task<PrebuiltInput, Binary>({
  name: 'prebuilt binary',
  revision: 1,
  outline: ({ program, project, target, version }) => ({
    kind: 'binary', name: platformOf(target).os === 'windows' ? `${program}.exe` : program, program, project: project.name, target, ...binaryVersion(version),
  }),
  depends: ({ target, module, project, go, stamp }) => ({ target, module: module ?? project.module, go, stamp }),
  observe: async input => {
    const file = await executableOf(input)
    return { value: { digest: (await hashFile(file)).digest }, reads: [file] }
  },
  work: async (input, { folder, content }) => {
    const copy = join(folder, 'program')
    await copyFile(await executableOf(input), copy)
    const { checkBinary } = await import('../lib/clients/check-binary.ts')
    const module = input.module ?? input.project.module
    await checkBinary(copy, { target: input.target, stamp: input.stamp ?? {}, ...(module ? { module } : {}), ...(input.go ? { go: input.go } : {}) })
    return content.adopt(copy, 'application/octet-stream')
  },
})

async function executableOf({ source, file }: PrebuiltInput): Promise<string> {
  const [found, other] = await selectFiles(source, [file])
  if (found && !other) return found.file
  throw new ReleaseError(`Cannot take the binary ${file}: several files match`, { code: 'FILES', hint: 'Name one file.' })
}
