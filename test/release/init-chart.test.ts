import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { helm3, helmPrints } from '../formats/chart/support/helm.ts'
import { gitRepository, type GitRepository } from '../support/git-repository.ts'
import { unless } from '../support/unless.ts'
import { hostTarget } from './support/build-script.ts'
import { libraryFolder, nodeArguments } from './support/start.ts'
import { callersEnvironment, libraryUrl, namesIn, workplaceIn } from './support/workplace.ts'

const execute = promisify(execFile)

let repository: GitRepository
test.before(async () => { repository = await gitRepository() })
test.after(() => repository.remove())

const server = `package main

import "net/http"

var version = "dev"

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(version)) })
	http.ListenAndServe(":9090", nil)
}
`

async function slipway(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [...nodeArguments, join(libraryFolder, 'lib/cli.ts'), ...args], { cwd: repository.folder, env: callersEnvironment() })
  return stdout
}

/** What `init --chart` says is to be added, at the places that it names. */
function pasted(script: string, said: string): string {
  const [, lines = ''] = /\nAdd to build\.ts:\n([^]*?)\n\n(?=\S)/.exec(said) ?? []
  const [imports = '', above = '', inGoals = '', among = ''] = lines.split('\n\n')
  const text = script
    .replace('\nconst dist', `${imports}\n${above}\nconst dist`)
    .replace('goals: ({', 'goals: ({ base,')
    .replace('    return {\n', `${inGoals}\nreturn {\n${among}\n`)
  return text.replaceAll("'slipway'", `'${libraryUrl}'`).replace(/targets: matrix\(\{[^]*?\}\)/, `targets: ['${hostTarget}']`)
}

for (const [what, files, name] of [
  ['one program', { 'main.go': server }, 'toy-server'],
  ['several programs', { 'cmd/admin/main.go': 'package main\n\nfunc main() {}\n', 'cmd/toy_server/main.go': server }, 'toys'],
] as const) {
  unless(helm3.reason)(`what a user does first, ${what}: init, init --chart, paste, release`, async () => {
    await repository.git('rm', '-r', '--quiet', '--force', '--ignore-unmatch', '.')
    await repository.write({ 'go.mod': 'module github.com/ann/Toy-Server\n\ngo 1.21\n', ...files })
    await slipway('init')
    const said = await slipway('init', '--chart', ...name === 'toys' ? ['--name', 'toys'] : [])
    const place = workplaceIn(repository)
    await repository.commit({ 'build.ts': pasted(await readFile(join(place.folder, 'build.ts'), 'utf8'), said) })
    await repository.git('tag', '--force', 'v0.1.0')
    const { code, stderr } = await place.build(['chart'], { env: { SLIPWAY_HELM: helm3.program } })
    assert.is(code, 0, stderr)
    assert.not.match(stderr, /notice/)
    assert.ok((await namesIn(place.dist)).includes(`${name}-0.1.0.tgz`))
    const rendered = await helmPrints(helm3, ['template', 'it', join(place.dist, `${name}-0.1.0.tgz`), '--kube-version', '1.34.0'], place.folder)
    assert.match(rendered, /image: "?ghcr\.io\/ann\/toy-server@sha256:[0-9a-f]{64}"?\n/)
    assert.match(rendered, /containerPort: 9090\n/)
    assert.match(rendered, /path: "?\/healthz"?\n/)
  })
}

test.run()
