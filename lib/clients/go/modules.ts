import { writeFile } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import type { Finished } from '../../contracts/exec.ts'
import type { Observer } from '../../contracts/workshop.ts'
import { goFailure, lacksModules } from '../../formats/go-failure.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Source } from '../../values/source.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import { compileEnvironment } from './toolchain.ts'
import { type GoWorkspace, workspaceOf } from './workspace.ts'

/**
 * Fills the module cache from where the user's settings say, once in a run, and writes nothing into the project.
 * @throws ReleaseError (COMMAND) with go's own words where modules cannot be had
 */
export async function downloadModules(observer: Observer, source: Source, toolchain: Toolchain): Promise<void> {
  return observer.once(`go modules ${source.place.folder}`, async () => {
    const workspace = await workspaceOf(observer, source)
    const overlay = join(await observer.temporary(), 'overlay.json')
    await writeFile(overlay, JSON.stringify(guard(workspace)))
    await download(observer, source, toolchain, workspace, overlay)
  })
}

/**
 * Runs a go command that touches no network; where it lacks a module, downloads the modules and runs it once more.
 * @throws ReleaseError as `downloadModules`
 */
export async function withModules(
  observer: Observer, source: Source, toolchain: Toolchain, run: () => Promise<Finished>,
): Promise<Finished> {
  const finished = await run()
  if (finished.exitCode === 0 || !lacksModules(finished.stderr)) return finished
  await downloadModules(observer, source, toolchain)
  return run()
}

async function download(
  { exec, log }: Observer, { place }: Source, toolchain: Toolchain, { work }: GoWorkspace, overlay: string,
): Promise<void> {
  const fixed = compileEnvironment(toolchain, toolchain.place.host, { work })
  const { stderr, exitCode } = await exec(toolchain.place.program, ['mod', 'download', `-overlay=${overlay}`], {
    cwd: place.folder, check: false, line: log, env: { ...fixed, ...toolchain.place.environment, PWD: place.folder },
  })
  if (exitCode === 0 || isGuarded(stderr)) return
  const { why, hint, code } = goFailure(stderr.replaceAll(/^go: downloading .*\n/gm, ''))
  throw new ReleaseError(`Cannot download the modules of ${place.folder}: ${why}`, {
    code: code === 'COMPILE' ? 'COMMAND' : code, output: stderr.trim(),
    hint: hint ?? 'Check the network and GOPROXY; private modules need GOPRIVATE, and git has to be signed in.',
  })
}

/**
 * `go mod download` adds to go.sum and go.work.sum, -mod=readonly or not. Files that are part of an overlay it does not
 * write: so each is overlaid by itself.
 */
function guard({ work, folders, files }: GoWorkspace): { readonly Replace: Readonly<Record<string, string>> } {
  const sums = [...folders.map(folder => join(folder, 'go.sum')), ...work === undefined ? [] : [`${work}.sum`]]
  const missing = sums.filter(file => !files.includes(file)).map(file => [file, devNull])
  const guarded = files.filter(file => /go(\.work)?\.(mod|sum)$/.test(file)).map(file => [file, file])
  return { Replace: Object.fromEntries([...missing, ...guarded]) as Record<string, string> }
}

/** All is downloaded then; whether the sums suffice is for the command to say that needs them. */
function isGuarded(output: string): boolean {
  const complaints = output.split('\n').filter(line => line.startsWith('go: ') && !line.startsWith('go: downloading '))
  return complaints.length > 0 && complaints.every(line => /updates to go\.(mod|sum) needed, but/.test(line))
}
