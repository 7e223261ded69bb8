// Mistakes that the compiler has to find in a build.ts. Never run: test/guards/types.test.ts type-checks it.
import {
  archive, checksums, crossCompile, directory, main, matrix, publish, resolveVersion, send, task,
  type Archive, type Artifact, type Binary, type Composition, type Destination, type Step,
} from '../../lib/index.ts'

declare const binary: Step<Binary>
declare const packed: Step<Archive>
declare const made: Archive
declare const composition: Composition
declare const store: Destination<Archive>
const { project, version, toolchain, source } = composition
const go = { project, version, toolchain, source: source('go') }
const dist = directory('dist')

// @ts-expect-error an archive is packed from binaries, not from archives
archive({ binary: packed })
// @ts-expect-error checksums are made of artifacts, not of names
checksums({ artifacts: ['gateway.tar.gz'] })
// @ts-expect-error a compile needs a target
crossCompile({ ...go })
// @ts-expect-error a target has an operating system and an architecture
crossCompile({ ...go, target: 'linux' })
// @ts-expect-error there is no such option
crossCompile({ ...go, target: 'linux/amd64', stamps: {} })
// @ts-expect-error a stamp is text
crossCompile({ ...go, target: 'linux/amd64', stamp: { 'main.version': 1 } })
// @ts-expect-error a stamp holds the version's text, not the version
crossCompile({ ...go, target: 'linux/amd64', stamp: { 'main.version': version } })
// @ts-expect-error architectures are a list
matrix({ linux: 'amd64' })
// @ts-expect-error this store takes archives, not programs
send(store, binary)
// @ts-expect-error nor lists of programs
send(store, [packed], [binary])
// @ts-expect-error what is published has been sent somewhere
publish(packed)
// @ts-expect-error a step is not its result: it has no digest before it has run
void packed.digest
// @ts-expect-error and nothing can be awaited from it
void packed.then
// @ts-expect-error artifacts are never changed
made.name = 'other.tar.gz'
// @ts-expect-error nor are outlines
packed.outline.name = 'other.tar.gz'
// @ts-expect-error nor is what is known of the version
version.semver = '1.2.3'

// @ts-expect-error a version is read from git
await main(import.meta, { version: '1.2.3', goals: () => ({}) })
// @ts-expect-error a goal has a line that says what it is
await main(import.meta, { version: resolveVersion(), goals: () => ({ release: publish(send(dist, packed)) }) })
// @ts-expect-error a goal is made of steps, not of destinations
await main(import.meta, { goals: () => ({ release: ['all', send(dist, packed)] }) })
// @ts-expect-error there are no goals
await main(import.meta, { version: resolveVersion() })

interface Report extends Artifact<'report'> {
  readonly pages: number
}

task<{ readonly text: string }, Report>({
  name: 'report', revision: 1,
  // @ts-expect-error an outline says all that is known before: how many pages there are, too
  outline: () => ({ kind: 'report', name: 'report.pdf' }),
  work: async (_input, { content }) => content.put([], 'application/pdf'),
})
task<{ readonly text: string }, Report>({
  name: 'report', revision: 1, outline: () => ({ kind: 'report', name: 'report.pdf', pages: 1 }),
  // @ts-expect-error work gives a descriptor of bytes that the content store has, not the bytes
  work: async ({ text }) => text,
})
task<{ readonly of: Binary }, Report>({
  name: 'report', revision: 1,
  // @ts-expect-error an outline is made before there are bytes
  outline: ({ of }) => ({ kind: 'report', name: of.digest, pages: 1 }),
  work: async (_input, { content }) => content.put([], 'application/pdf'),
})
task<{ readonly text: string }, Report>({
  name: 'report', revision: 1, outline: () => ({ kind: 'report', name: 'report.pdf', pages: 1 }),
  // @ts-expect-error work has no clock
  work: async (_input, workshop) => workshop.content.put([Buffer.from(String(workshop.now()))], 'application/pdf'),
})
