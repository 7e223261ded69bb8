import { createReadStream } from 'node:fs'
import { mkdir, copyFile, chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashFile } from '../lib/clients/hash-file.ts'
import { selectFiles, type SelectedFile, type Selection } from '../lib/clients/select-files.ts'
import { toolVersions } from '../lib/clients/tool-versions.ts'
import { task } from '../lib/graph/task.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import { filesMediaType, type FileEntry, type Files } from '../lib/values/files.ts'
import { releaseEnvironment } from '../lib/values/release-environment.ts'
import type { Source } from '../lib/values/source.ts'
import { stamped } from '../lib/values/stamped.ts'
import type { Version } from '../lib/values/version.ts'

export interface CommandInput {
  /** A noun phrase for the screen: `web front end`. */
  readonly name: string
  readonly source: Source
  readonly version: Version
  /** The program and its arguments; there is no shell. */
  readonly run: readonly string[]
  /** What it reads, by path or glob: nothing else of the project is there when it runs. */
  readonly inputs: readonly (string | Selection)[]
  /** What it makes, by path or glob. */
  readonly outputs: readonly (string | Selection)[]
  /** Programs whose versions the result depends on, each with the arguments that print it: `['node', '--version']`. */
  readonly tools?: readonly (readonly string[])[]
  /** Variables for the program, beside the release's own. */
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * Runs a program of the project's own before everything else (`go generate`, a web front end) in a copy of what it reads,
 * and keeps what it makes: the same input is run once. Lay the result over the project with crossCompile's `overlay`, or
 * put it into an archive.
 * @throws ReleaseError (COMMAND) with the program's output, (FILES) where it does not make what it should
 */
export const command = task<CommandInput, Files>({
  name: 'command',
  revision: 1,
  slot: 'cpu',
  outline: ({ name, run }) => {
    if (!run[0]) throw new ReleaseError(`Cannot make ${name}: no program is named`, { code: 'USAGE', hint: 'Write run: [\'program\', \'argument\'].' })
    return { kind: 'files', name }
  },
  depends: ({ source: _source, version, ...input }) => ({ ...input, release: releaseEnvironment(stamped(version)) }),
  observe: async ({ source, inputs, tools = [] }, observer) => {
    const selected = await selectFiles(source, inputs)
    const value = await Promise.all(selected.map(async ({ path, mode, file }) => ({ path, mode, digest: (await hashFile(file)).digest })))
    return { value: { inputs: value, tools: await toolVersions(observer, tools) }, reads: selected.map(({ file }) => file) }
  },
  work: async ({ name, source, version, run, inputs, outputs, environment = {} }, workshop) => {
    const folder = join(workshop.folder, 'project')
    await copyInto(folder, await selectFiles(source, inputs))
    const [program = '', ...args] = run
    const { stdout, stderr } = await workshop.exec(program, args, { cwd: folder, env: { ...releaseEnvironment(stamped(version)), ...environment }, line: line => workshop.log(line) })
    const made = await selectFiles({ kind: 'source', use: 'files', place: { folder, outputs: [] } }, outputs)
      .catch((error: unknown) => { throw notMade(error, { name, program, output: `${stdout}${stderr}` }) })
    const entries: FileEntry[] = []
    for (const { path, mode, file } of made) {
      const { digest, size } = await workshop.content.put(createReadStream(file), 'application/octet-stream')
      entries.push({ path, mode, size, digest })
    }
    return workshop.content.put([Buffer.from(JSON.stringify(entries))], filesMediaType)
  },
})

function notMade(error: unknown, { name, program, output }: { name: string; program: string; output: string }): unknown {
  if (!(error instanceof ReleaseError) || error.code !== 'FILES') return error
  const glob = /^Cannot take the files (.*): /.exec(error.message)?.[1]
  return new ReleaseError(`Cannot make ${name}: ${program} ended well, and made nothing at ${glob}`, {
    code: 'FILES', hint: 'Correct the glob, or the arguments of the program.', output, cause: error,
  })
}

async function copyInto(folder: string, files: readonly SelectedFile[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { path, file, mode } of files) {
    const target = join(folder, ...path.split('/'))
    await mkdir(dirname(target), { recursive: true })
    await copyFile(file, target)
    await chmod(target, mode)
  }
}
