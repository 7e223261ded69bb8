import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { zip } from '../../../lib/formats/zip.ts'
import { memoryEntry } from './memory-entry.ts'

const run = promisify(execFile)

/** The same for every build, so that no package is compiled twice. Their values have spaces: build info quotes them. */
export const goFlags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-gcflags=all=-dwarf=false -e']

/** Builds the hello world, or one file of it, for a target and answers with the path of the program. */
export type Build = (target: string, what?: string) => Promise<string>

/**
 * Writes a Go program with two dependencies, one from a module proxy (files here) and one replaced by a folder.
 * It prints through the runtime alone, so that a target that was never compiled for takes seconds.
 */
export async function helloProject(folder: string): Promise<Build> {
  await writeFiles(join(folder, 'hello'), {
    'go.mod': `module example.com/hello\n\ngo 1.21\n
require (\n\texample.com/far v1.2.3\n\texample.com/near v0.1.0\n)\nreplace example.com/near => ../near\n`,
    'main.go': `package main\n\nimport (\n\t"example.com/far"\n\t"example.com/near"\n)\n
func main() { println(far.Name, near.Name) }\n`,
  })
  await writeFiles(join(folder, 'near'), { 'go.mod': 'module example.com/near\n', 'near.go': source('near') })
  await writeProxy(join(folder, 'proxy/example.com/far/@v/v1.2.3'))
  const environment = {
    ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOPROXY: `file://${join(folder, 'proxy')}`, GOSUMDB: 'off',
    GOMODCACHE: join(folder, 'modules'), GOWORK: 'off', GOTOOLCHAIN: 'local', GOGC: '400', // a third less time
  }
  return async (target, what = '.') => {
    const [GOOS, GOARCH] = target.split('/')
    const file = join(folder, `${target} ${what}`.replaceAll(/\W/g, '_'))
    await run('go', ['build', '-modcacherw', ...goFlags, '-o', file, what], {
      cwd: join(folder, 'hello'), env: { ...environment, GOOS, GOARCH },
    })
    return file
  }
}

const source = (name: string) => `package ${name}\n\nvar Name = "${name}"\n`

async function writeProxy(version: string): Promise<void> {
  const module = { 'go.mod': 'module example.com/far\n', 'far.go': source('far') }
  const entries = Object.entries(module).map(([name, text]) => memoryEntry(`example.com/far@v1.2.3/${name}`, text))
  await writeFiles(dirname(version), { 'v1.2.3.info': '{"Version":"v1.2.3"}', 'v1.2.3.mod': module['go.mod'] })
  await writeFile(`${version}.zip`, zip(entries, { time: new Date(0) }))
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}
