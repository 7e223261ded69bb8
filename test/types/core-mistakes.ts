// Mistakes in tasks, steps and destinations that the compiler has to find. Never run: test/guards/types.test.ts type-checks it.
import {
  archive, at, chart, chartPackage, checksums, command, compose, directory, effect, files, prebuilt, publish, send, sourceArchive, task, transform, universal,
  type Archive, type Artifact, type Binary, type Checksums, type Composition, type Destination, type Files, type Image, type Session, type Step, type World,
} from '../../lib/index.ts'

declare const binary: Step<Binary>
declare const packed: Step<Archive>
declare const sums: Step<Checksums>
declare const set: Step<Files>
declare const image: Step<Image>
declare const composition: Composition
declare const archives: Destination<Archive>
declare const images: Destination<Image>
declare const sumsOnly: Destination<Checksums>
const { project, version, source } = composition
const from = source('files')

// Order: what is made last cannot go in first.
// @ts-expect-error an archive holds binaries, not checksums
archive({ binary: sums })
// @ts-expect-error nor archives in a list
archive({ binaries: [binary, packed] })
// @ts-expect-error nor binaries where files belong
archive({ binary, files: binary })
// @ts-expect-error a name is made by a function of its parts
archive({ binary, name: 'gateway' })
// @ts-expect-error there are two formats
archive({ binary, format: 'rar' })
// @ts-expect-error only binaries are joined
universal({ binaries: [packed, packed] })
// @ts-expect-error and not sets of files
universal({ binaries: set })
// @ts-expect-error checksums are of a list
checksums({ artifacts: packed })
// @ts-expect-error and of something
checksums({})
// @ts-expect-error files come from a source
files({ select: ['LICENSE'] })
// @ts-expect-error chosen by a list
files({ source: from, select: 'LICENSE' })
// @ts-expect-error a command is a program and its arguments, not a line for a shell
command({ name: 'web', source: from, version, run: 'npm run build', inputs: ['web/**'], outputs: ['dist/**'] })
// @ts-expect-error and says what it reads
command({ name: 'web', source: from, version, run: ['npm', 'run', 'build'], outputs: ['dist/**'] })
// @ts-expect-error a transformation needs something to change
transform({ name: 'signature', version, run: ['sign', '{input}'] })
// @ts-expect-error a binary stays a binary when it is signed
const signed: Step<Archive> = transform({ name: 'signature', version, artifact: binary, run: ['sign', '{input}'] })
void signed
// @ts-expect-error a prebuilt binary is for a target
prebuilt({ project, version, source: from, file: 'bin/gateway', program: 'gateway' })
// @ts-expect-error a source archive is of a version
sourceArchive({ project, source: from })

// A chart and a compose file name released images where they will be, and nothing else.
const pin = { tag: 'image.tag' }
// @ts-expect-error an image whose address nobody knows
chart({ source: from, images: [image], default: 'static', pin })
// @ts-expect-error an image that somebody wrote down
chart({ source: from, images: ['ghcr.io/example/gateway:1.2.3'], default: 'static', pin })
// @ts-expect-error an archive's address
chart({ source: from, images: [at(archives, packed)], default: 'static', pin })
// @ts-expect-error a place in the values that is none
chart({ source: from, images: [at(images, image)], default: 'static', pin: { tags: 'image.tag' } })
// @ts-expect-error a version that somebody wrote down
chart({ source: from, images: [at(images, image)], default: 'static', pin, version: '1.2.3' })
// @ts-expect-error an image whose address nobody knows
compose({ project, version, images: [image], default: 'static', service: {} })
// @ts-expect-error a destination gives no address to what it does not take
at(images, packed)
// @ts-expect-error only a chart has a package
chartPackage(image)

// Destinations.
// @ts-expect-error what takes archives takes no checksums
send(archives, packed, sums)
// @ts-expect-error nor the other way round
send(sumsOnly, packed)
// @ts-expect-error steps are sent, not outlines
send(directory(), packed.outline)
// @ts-expect-error and not destinations
send(directory(), directory())
// @ts-expect-error a shipment is published, not a list of them
publish([send(archives, packed)])
// @ts-expect-error a destination of archives is none of everything
const everything: Destination<Artifact> = archives
void everything
const ofArchives: Destination<Archive> = directory()   // but one of everything is one of archives
void ofArchives
// @ts-expect-error a record is no artifact to pack
archive({ binary: publish(send(archives, packed)) })

// Tasks of a user's own.
interface Page extends Artifact<'page'> {
  readonly title: string
}
const page = task<{ readonly title: string, readonly of: readonly Binary[], readonly with?: Files }, Page>({
  name: 'page', revision: 1, outline: ({ title }) => ({ kind: 'page', name: `${title}.html`, title }),
  work: async ({ of, with: beside }, { content }) => content.put([Buffer.from(`${of.length}${beside?.digest}`)], 'text/html'),
})
page({ title: 'all', of: [binary], with: set })
page({ title: 'all', of: [] })
// @ts-expect-error an input that is missing
page({ of: [binary] })
// @ts-expect-error an input that the task does not know
page({ title: 'all', of: [binary], colour: 'red' })
// @ts-expect-error a step of another kind
page({ title: 'all', of: [packed] })
// @ts-expect-error a single step where a list belongs
page({ title: 'all', of: binary })
// @ts-expect-error a promise is no input
page({ title: Promise.resolve('all'), of: [binary] })

const called = task<{ readonly name: () => string }, Page>({
  name: 'called', revision: 1, outline: () => ({ kind: 'page', name: 'a', title: 'a' }), work: async (_input, { content }) => content.put([], 'text/html'),
})
// @ts-expect-error a function is no data: what it makes is, called before
called({ name: () => 'x' })

// @ts-expect-error a task has a revision
task<{ readonly title: string }, Page>({
  name: 'page', outline: ({ title }) => ({ kind: 'page', name: title, title }), work: async (_input, { content }) => content.put([], 'text/html'),
})
task<{ readonly title: string }, Page>({
  // @ts-expect-error an outline of another kind
  name: 'page', revision: 1, outline: ({ title }) => ({ kind: 'leaf', name: title, title }),
  work: async (_input, { content }) => content.put([], 'text/html'),
})
task<{ readonly title: string }, Page>({
  name: 'page', revision: 1, outline: ({ title }) => ({ kind: 'page', name: title, title }),
  // @ts-expect-error work publishes nothing: it is not told what is released
  work: async (_input, workshop) => workshop.content.put([Buffer.from(workshop.release.version.semver)], 'text/html'),
})
effect<{ readonly of: Archive }, Page>({
  name: 'show', outline: ({ of }) => ({ kind: 'page', name: of.name, title: of.version }),
  // @ts-expect-error an effect has no revision: it is never cached
  revision: 1,
  perform: async ({ of }) => of,
})

// A destination of a user's own.
const session: Session<Archive> = {
  stage: async artifact => ({ artifact, url: artifact.format }), verify: async ({ artifact }) => ({ state: 'staged', digest: artifact.digest }),
  commit: async () => undefined, retract: async () => [],
}
// @ts-expect-error one that takes everything cannot be made of one that takes archives
const all: Session<Artifact> = session
void all
// @ts-expect-error what was staged is artifact and address
const half: Session<Archive> = { ...session, stage: async (artifact: Archive, _world: World) => artifact }
void half
