// What the compiler has to take in a build.ts. Never run: test/guards/types.test.ts type-checks it.
import {
  archive, checksums, crossCompile, directory, matrix, on, publish, send, task,
  type Archive, type Artifact, type Binary, type BuildDefinition, type Checksums, type Destination, type Step,
} from '../../lib/index.ts'

declare const everything: Destination<Artifact>
declare const store: Destination<Archive | Checksums>

interface Report extends Artifact<'report'> {
  readonly pages: number
}

/** A task of a user's own takes steps where its work takes artifacts. */
const report = task<{ readonly title: string, readonly of: readonly Binary[] }, Report>({
  name: 'report', revision: 1,
  outline: ({ title, of }) => ({ kind: 'report', name: `${title}-${of.length}.txt`, pages: of.length }),
  work: async ({ of }, { content }) => content.put([Buffer.from(of.map(({ digest }) => digest).join('\n'))], 'text/plain'),
})

export const definition: BuildDefinition = {
  targets: [matrix({ linux: ['amd64', 'arm/v7'] }), 'windows/amd64'],
  goals: ({ project, version, toolchain, targets, source }) => {
    const go = { project, version, toolchain, source: source('go') }
    const binaries = targets.map(target => crossCompile({ ...go, target, stamp: { 'main.version': version.semver } }))
    const archives = binaries.map(binary => archive({ binary, name: ({ program, token }) => `${program}-${token}` }))
    const sums = checksums({ artifacts: archives })
    const linux: readonly Step<Binary>[] = binaries.filter(on('linux'))
    const pages: number = report({ title: 'all', of: binaries }).outline.pages
    return {
      report: [`${pages} pages`, report({ title: 'linux', of: linux })],
      build: ['binaries', binaries],
      lint: ['the linter', async ({ $ }) => { await $`go vet ./...` }],
      release: ['everything', publish(send(directory('dist'), archives, sums), send(everything, archives, binaries), send(store, sums, archives))],
    }
  },
}
