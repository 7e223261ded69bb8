import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const template = fileURLToPath(new URL('sample-project', import.meta.url))
const execute = promisify(execFile)

export interface SampleProjectOptions {
  /** The command's name, and the last part of the module path. Defaults to `sample`. */
  readonly name?: string
  /** The tag on the one commit, or `false` for none. Defaults to `v1.2.3`. */
  readonly tag?: string | false
}

export interface SampleProject {
  readonly folder: string
  readonly name: string
  readonly module: string
  /** The main package as `go build` takes it: `./cmd/sample`. */
  readonly main: string
  /** The string variables that -X can set. */
  readonly variables: readonly string[]
  readonly commit: string
  /** Changes one line of the main package, to another text for every `turn`; nothing else changes. */
  readonly touch: (turn: number) => Promise<void>
}

/** Fixed, so that the commit has the same id everywhere. */
const identity = {
  GIT_AUTHOR_NAME: 'Sample', GIT_AUTHOR_EMAIL: 'sample@example.com', GIT_AUTHOR_DATE: '2024-05-06T07:08:09Z',
  GIT_COMMITTER_NAME: 'Sample', GIT_COMMITTER_EMAIL: 'sample@example.com', GIT_COMMITTER_DATE: '2024-05-06T07:08:09Z',
  GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1',
}

/**
 * Writes a Go project of a gateway's size (cobra, an AWS client, OpenTelemetry, a web framework: about 27 MB linked
 * and stripped) as a git repository of one tagged commit.
 *
 * Its modules are pinned by go.sum; compiling it needs them in GOMODCACHE or a proxy.
 */
export async function generateProject(folder: string, options: SampleProjectOptions = {}): Promise<SampleProject> {
  const name = options.name ?? 'sample'
  const module = `example.com/${name}`
  await mkdir(folder, { recursive: true })
  await cp(template, folder, { recursive: true })
  if (name !== 'sample') await renameCommand(folder, name)

  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute('git', args, { cwd: folder, env: { ...withoutGit(process.env), ...identity } })
    return stdout.trim()
  }
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--no-gpg-sign', '--message=Serve items')
  if (options.tag !== false) await git('tag', '--no-sign', options.tag ?? 'v1.2.3')

  return {
    folder, name, module, main: `./cmd/${name}`, commit: await git('rev-parse', 'HEAD'),
    variables: ['main.version', 'main.commit', 'main.date'],
    touch: turn => greet(join(folder, 'cmd', name, 'main.go'), turn),
  }
}

/** A hook that runs the tests sets GIT_DIR to a repository that is not this one. */
function withoutGit(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([key]) => !key.startsWith('GIT_')))
}

async function renameCommand(folder: string, name: string): Promise<void> {
  await rename(join(folder, 'cmd/sample'), join(folder, 'cmd', name))
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const file of files.filter(each => each.isFile() && /\.(go|mod|md)$/.test(each.name))) {
    const path = join(file.parentPath, file.name)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replaceAll('example.com/sample', `example.com/${name}`)
      .replaceAll('Use: "sample"', `Use: "${name}"`))
  }
}

async function greet(path: string, turn: number): Promise<void> {
  const text = await readFile(path, 'utf8')
  const changed = text.replace(/^const greeting = .*$/m, `const greeting = "ready ${turn}"`)
  if (changed === text && !text.includes(`"ready ${turn}"`)) throw new Error(`${path} has no greeting to change`)
  await writeFile(path, changed)
}
