import { readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gitTap } from '../../lib/destinations/git-tap.ts'
import type { Step } from '../../lib/graph/step.ts'
import { made } from '../support/graph-fixture.ts'
import { thrown } from '../support/thrown.ts'
import { demoOf, fileOf, releaseOf, setHook, tapFixture, type TapFixture } from './support/tap-fixture.ts'

const test = suite<{ tap: TapFixture }>('gitTap')
test.before.each(async own => { own.tap = await tapFixture() })
test.after.each(({ tap }) => tap.close())

const record = '.slipway/gateway.json'
const compose = { 'compose.yaml': 'services: {}\n', 'config/gateway.json': '{}\n', 'start.sh*': '#!/bin/sh\n' }
const withoutRecord = ({ [record]: _record, ...files }: Record<string, string>) => files

test('an empty repository gets its first commit: fixed author and dates, the source commit as a trailer, programs as programs', async ({ tap }) => {
  assert.equal(await tap.release('1.2.3', [demoOf(compose), fileOf('sums.txt', 'a')]), [])
  assert.equal(withoutRecord(await tap.files()), { 'compose.yaml': 'services: {}\n', 'config/gateway.json': '{}\n', 'start.sh': '#!/bin/sh\n', 'sums.txt': 'a' })
  assert.is(await tap.git('log', '-1', '--format=%an <%ae> %aI %cn <%ce> %cI%n%B', 'main'), [
    'Slipway <slipway@noreply.invalid> 2026-11-21T08:51:00+00:00 Slipway <slipway@noreply.invalid> 2026-11-21T08:51:00+00:00',
    'gateway 1.2.3', '', 'Source-Commit: 0123456789abcdef0123456789abcdef01234567',
  ].join('\n'))
  assert.match(await tap.git('ls-tree', 'main', 'start.sh', 'compose.yaml'), /^100644 .*\tcompose\.yaml\n100755 .*\tstart\.sh$/)
  await tap.git('fsck', '--strict')
})

test('the same release on the same commit is the same commit, on another machine too, and once it is there nothing is pushed', async ({ tap }) => {
  assert.equal(await tap.release('1.2.3', [demoOf(compose), fileOf('sums.txt', 'a')]), [])
  const first = await tap.git('rev-parse', 'main')
  assert.equal(await tap.release('1.2.3', [fileOf('sums.txt', 'a'), demoOf(compose)]), [])
  assert.is(await tap.git('rev-parse', 'main'), first)
  await tap.git('update-ref', '-d', 'refs/heads/main')
  assert.equal(await tap.release('1.2.3', [fileOf('sums.txt', 'a'), demoOf(compose)]), [])
  assert.is(await tap.git('rev-parse', 'main'), first)
})

test('the next version replaces what the last one left and removes what it does not have; a person\'s files stay, whatever they are', async ({ tap }) => {
  await tap.edits({ 'README.md': 'by hand', 'docs/own.md': 'own' })
  await tap.release('1.2.3', [demoOf({ ...compose, 'README.md': 'released' })])
  await tap.edits({ 'config/person.json': 'mine', '.gitattributes': '* text eol=crlf\n*.yaml filter=lfs\n' })
  assert.equal(await tap.release('1.2.4', [demoOf({ 'compose.yaml': 'services: {a: {}}\r\n\n', 'README.md': 'released' }, '1.2.4')]), [])
  assert.equal(withoutRecord(await tap.files()), {
    'compose.yaml': 'services: {a: {}}\r\n\n', 'README.md': 'released', 'docs/own.md': 'own', 'config/person.json': 'mine', '.gitattributes': '* text eol=crlf\n*.yaml filter=lfs\n',
  })
  assert.equal(await tap.subjects(), ['Change', 'gateway 1.2.3', 'Change', 'gateway 1.2.4'])
  const written = JSON.parse((await tap.files())[record] ?? '') as Record<string, unknown>
  assert.equal(Object.keys(written), ['about', 'project', 'version', 'commit', 'artifacts'])
  assert.is(written['version'], '1.2.4')
})

test('a folder and a branch of its own, beside another project\'s files in the same folder', async ({ tap }) => {
  const options = { branch: 'release/taps', folder: 'Formula/' }
  await tap.edits({ 'Formula/person.rb': 'p', 'x': 'x' }, [], 'release/taps')
  assert.equal(await tap.release('1.2.3', [fileOf('gateway.rb', 'one')], options), [])
  assert.equal(await tap.release('9.0.0', [fileOf('other.rb', 'two', '9.0.0')], options, 'other'), [])
  assert.equal(await tap.release('1.2.4', [fileOf('gateway.rb', 'three', '1.2.4')], options), [])
  const files = await tap.files('release/taps')
  assert.equal(Object.keys(files).sort(), ['Formula/.slipway/gateway.json', 'Formula/.slipway/other.json', 'Formula/gateway.rb', 'Formula/other.rb', 'Formula/person.rb', 'x'])
  assert.equal([files['Formula/gateway.rb'], files['Formula/other.rb']], ['three', 'two'])
  const [error] = await tap.release('1.2.5', [fileOf('other.rb', 'mine', '1.2.5')], options)
  assert.is(error?.message, `Cannot put Formula/other.rb into ${tap.bare}: it belongs to releases of other`)
  assert.equal(await tap.files('release/taps'), files)
})

test('what is in the way of a file is told, and nothing is pushed', async ({ tap }) => {
  await tap.edits({ 'file': 'a file', 'folder/x': 'x' })
  await tap.person.git('update-index', '--add', '--cacheinfo', `120000,${await tap.person.git('rev-parse', 'HEAD:file')},link`)
  await tap.person.git('commit', '--quiet', '-m', 'link')
  await tap.person.git('push', '--quiet', tap.bare, 'HEAD:main')
  const head = await tap.git('rev-parse', 'main')
  for (const [path, why] of [['file/x', 'file is no folder there'], ['folder', 'a folder is there'], ['link', 'a symbolic link is there'], ['link/x', 'link is no folder there']] as const) {
    const [error] = await tap.release('1.2.3', [demoOf({ [path]: 'x' })])
    assert.is(error?.message, `Cannot put ${path} into ${tap.bare}: ${why}`)
    assert.is(error?.code, 'DESTINATION')
  }
  assert.is(await tap.git('rev-parse', 'main'), head)
  assert.equal(await tap.release('1.2.3', [demoOf({ 'a/b': 'a folder' })]), [])
  assert.equal(await tap.release('1.2.4', [demoOf({ 'a': 'a file' }, '1.2.4')]), [])
  assert.equal(await tap.release('1.2.5', [demoOf({ 'a/b': 'a folder' }, '1.2.5')]), [])
  assert.is((await tap.files())['a/b'], 'a folder')
})

test('paths that would lead elsewhere are refused', async ({ tap }) => {
  for (const path of ['../x', '/x', 'a/../../x', '.git/hooks/x', 'a/.GIT/config', '.slipway/gateway.json', 'a\\b']) {
    const [error] = await tap.release('1.2.3', [demoOf({ [path]: 'x' })])
    assert.is(error?.message, `Cannot put gateway_1.2.3_compose into a tap: ${JSON.stringify(path)} is no path that a file can have there`)
  }
  assert.is(thrown(() => tap.tap().url({ kind: 'checksums', name: 'a/b' })).code, 'NAME')
  const [twice] = await tap.release('1.2.3', [demoOf({ 'Sums.txt': 'x' }), fileOf('sums.txt', 'y')])
  assert.match(twice?.message ?? '', /^Cannot put .* has a file called sums\.txt, too$/i)
  assert.is(await tap.git('for-each-ref'), '')
})

test('a patch of an older line changes nothing, nor does a candidate beside a stable version; a stable one takes a candidate\'s place', async ({ tap }) => {
  const versions = async (...order: readonly string[]): Promise<readonly string[]> => {
    for (const version of order) assert.equal(await tap.release(version, [demoOf({ version }, version)]), [], version)
    return (await tap.subjects()).map(subject => subject.replace('gateway ', ''))
  }
  assert.equal(await versions('2.0.0-rc.1', '2.0.0-rc.3', '2.0.0-rc.2', '1.9.0', '1.8.7', '2.0.0-rc.4', '1.10.0'), ['2.0.0-rc.1', '2.0.0-rc.3', '1.9.0', '1.10.0'])
  assert.is((await tap.files())['version'], '1.10.0')
  assert.ok(tap.graph.notices().some(line => line.endsWith('stays at 1.9.0, which 1.8.7 does not replace.')))
})

test('one version with other bytes is refused, with both digests; what a person has changed is put back', async ({ tap }) => {
  await tap.release('1.2.3', [demoOf(compose), fileOf('sums.txt', 'a')])
  const [error] = await tap.release('1.2.3', [demoOf(compose), fileOf('sums.txt', 'b')])
  assert.match(error?.message ?? '', /^Cannot put sums\.txt into .*: 1\.2\.3 is there as sha256:[0-9a-f]{64}, not sha256:[0-9a-f]{64}$/)
  assert.equal(await tap.subjects(), ['gateway 1.2.3'])
  const before = await tap.files()
  await tap.edits({ 'sums.txt': 'changed' }, ['compose.yaml'])
  assert.equal(await tap.release('1.2.3', [demoOf(compose), fileOf('sums.txt', 'a')]), [])
  assert.equal(await tap.files(), before)
})

test('one version may come in two publications; of a snapshot the last one stands', async ({ tap }) => {
  await tap.release('1.2.3', [fileOf('one.txt', '1')])
  assert.equal(await tap.release('1.2.3', [fileOf('two.txt', '2')]), [])
  assert.equal(Object.keys(await tap.files()), [record, 'one.txt', 'two.txt'])
  await tap.git('update-ref', '-d', 'refs/heads/main')
  await tap.release('1.2.4-dev.1', [fileOf('one.txt', '1')])
  assert.equal(await tap.release('1.2.4-dev.1', [fileOf('one.txt', 'other')]), [])
  assert.equal(await tap.release('1.2.4-dev.0', [fileOf('two.txt', '2')]), [])
  assert.equal(Object.keys(await tap.files()), [record, 'two.txt'])
})

test('probe reads the files themselves: absent, public with the artifact\'s digest, or with another one', async ({ tap }) => {
  const [demo, sums] = [demoOf(compose), fileOf('sums.txt', 'a')]
  const find = (step: typeof demo | typeof sums) => tap.tap().probe(step.outline, tap.world())
  assert.equal([await find(demo), await find(sums)], [{ state: 'absent' }, { state: 'absent' }])
  const outcomes = await tap.graph.run([demo, sums])
  await tap.release('1.2.3', [demo, sums])
  assert.equal([await find(demo), await find(sums)], [{ state: 'public', digest: made(outcomes, demo).digest }, { state: 'public', digest: made(outcomes, sums).digest }])
  assert.equal(await find(demoOf(compose, '1.2.4')), { state: 'absent' })
  await tap.edits({ 'compose.yaml': 'other', 'sums.txt': 'b' })
  const changed = await find(demo)
  assert.is(changed.state, 'public')
  assert.not.equal(changed.digest, made(outcomes, demo).digest)
  assert.equal(await find(sums), { state: 'public', digest: made(await tap.graph.run([fileOf('sums.txt', 'b')]), fileOf('sums.txt', 'b')).digest })
  await tap.edits({}, ['compose.yaml'])
  assert.equal(await find(demo), { state: 'absent' })
})

test('probe tells which version stands in the place of one that does not replace it', async ({ tap }) => {
  await tap.release('1.2.3', [demoOf(compose), fileOf('sums.txt', 'a')])
  const find = (version: string) => Promise.all([demoOf(compose, version), fileOf('sums.txt', 'b', version)].map(({ outline }) => tap.tap().probe(outline, tap.world())))
  for (const version of ['1.2.2', '1.2.4-rc.1', '2.0.0-dev.1']) assert.equal(await find(version), [{ state: 'absent', instead: '1.2.3' }, { state: 'absent', instead: '1.2.3' }], version)
  // The file under that name is the other version's: it gives way.
  assert.equal(await find('1.2.4'), [{ state: 'absent' }, { state: 'absent' }])
})

test('nobody sees what is staged, and it is read back byte for byte', async ({ tap }) => {
  const bytes = { 'all.bin': String.fromCharCode(...Array.from({ length: 256 }, (_, index) => index)), 'lines.txt': 'a\r\nb\n', 'empty': '', 'ümlaut name.txt': 'x' }
  const step = demoOf(bytes)
  const world = tap.world()
  const artifact = made(await tap.graph.run([step]), step)
  const session = await tap.tap().open(world.release, world)
  const staged = await session.stage(artifact, world)
  assert.equal(await session.verify(staged), { state: 'staged', digest: artifact.digest })
  assert.is(await tap.git('for-each-ref'), '')
  assert.match(await tap.git('count-objects'), /^0 objects/)
  await session.commit({ release: world.release, staged: [staged], binaries: [], partial: false }, world)
  assert.equal(await tap.tap().probe(artifact, world), { state: 'public', digest: artifact.digest })
})

test('retract puts back what was there before, from a fresh session: the version before, a person\'s file, or nothing', async ({ tap }) => {
  await tap.edits({ 'README.md': 'by hand' })
  const start = await tap.files()
  await tap.release('1.2.3', [demoOf({ ...compose, 'README.md': 'released' })])
  const first = await tap.files()
  await tap.release('1.2.4', [demoOf({ 'new.txt': 'new', 'README.md': 'again' }, '1.2.4')])
  await tap.edits({ 'docs.md': 'later' })
  assert.equal(await tap.retract('1.2.4'), [])
  assert.equal(await tap.files(), { ...first, 'docs.md': 'later' })
  assert.equal(await tap.retract('1.2.4'), [])
  assert.match(tap.notices.join('\n'), /has nothing of 1\.2\.4 to take back: 1\.2\.3 stands there\.$/)
  assert.equal(await tap.retract('1.2.3'), [])
  assert.equal(await tap.files(), { ...start, 'docs.md': 'later' })
  assert.equal(await tap.subjects(), ['Change', 'gateway 1.2.3', 'gateway 1.2.4', 'Change', 'Take back gateway 1.2.4', 'Take back gateway 1.2.3'])
  assert.equal(await tap.release('1.2.3', [demoOf({ ...compose, 'README.md': 'released' })]), [])
  assert.equal(await tap.files(), { ...first, 'docs.md': 'later' })
  assert.is(await tap.git('log', '-1', '--format=%aI', 'main~1'), '2026-11-21T08:51:00+00:00')
})

test('retract goes by what counts: a version that came, went and came again, and one made by several commits', async ({ tap }) => {
  for (const version of ['1.0.0', '3.0.0']) await tap.release(version, [demoOf({ version }, version)])
  await tap.retract('3.0.0')
  for (const version of ['2.0.0', '3.0.0']) await tap.release(version, [demoOf({ version }, version)])
  await tap.edits({ version: 'by hand' })
  await tap.release('3.0.0', [demoOf({ version: '3.0.0' }, '3.0.0'), fileOf('sums.txt', 'a', '3.0.0')])
  const seen: (string | undefined)[] = []
  for (const version of ['3.0.0', '2.0.0', '1.0.0']) {
    assert.equal(await tap.retract(version), [])
    seen.push((await tap.files())['version'], (await tap.files())['sums.txt'])
  }
  assert.equal(seen, ['2.0.0', undefined, '1.0.0', undefined, undefined, undefined])
  assert.equal(await tap.files(), {})
  assert.equal(await tap.retract('1.0.0'), [])
})

test('two runs at once: both versions\' commits, or one, and the higher version stands', async ({ tap }) => {
  await tap.edits({ 'README.md': 'x' })
  const [one, two, same, other] = await Promise.all([
    tap.release('1.2.3', [demoOf({ version: '1.2.3' })]), tap.release('1.2.4', [demoOf({ version: '1.2.4' }, '1.2.4')]), tap.release('1.2.4', [demoOf({ version: '1.2.4' }, '1.2.4')]),
    tap.release('0.1.0', [fileOf('other.txt', 'o', '0.1.0')], {}, 'other'),
  ])
  assert.equal([one, two, same, other], [[], [], [], []])
  const { version, 'other.txt': text } = await tap.files()
  assert.equal([version, text], ['1.2.4', 'o'])
  const subjects = await tap.subjects()
  assert.is(subjects.filter(subject => subject === 'gateway 1.2.4').length, 1)
  assert.is(subjects.filter(subject => subject === 'other 0.1.0').length, 1)
})

test('a branch that moves between the look and the push gets the commit on top', async ({ tap }) => {
  const world = tap.world()
  const step = demoOf(compose)
  const artifact = made(await tap.graph.run([step]), step)
  const session = await tap.tap().open(world.release, world)
  const staged = await session.stage(artifact, world)
  await tap.edits({ 'meanwhile.txt': 'm' })
  await session.commit({ release: world.release, staged: [staged], binaries: [], partial: false }, world)
  assert.equal(await tap.subjects(), ['Change', 'gateway 1.2.3'])
  assert.is((await tap.files())['meanwhile.txt'], 'm')
})

test('a branch that is protected: what the server\'s hook says is the error, and nothing has changed', async ({ tap }) => {
  await tap.edits({ 'x': 'x' })
  await setHook(tap.bare, 'pre-receive', 'echo "Changes to main need a review." >&2; exit 1')
  const [error] = await tap.release('1.2.3', [demoOf(compose)])
  assert.is(error?.message, `Cannot push to ${tap.bare}: it refuses to change main: pre-receive hook declined: Changes to main need a review.`)
  assert.is(error?.code, 'DESTINATION')
  assert.is(error?.output, 'Changes to main need a review.')
  assert.equal(await tap.subjects(), ['Change'])
  await setHook(tap.bare, 'pre-receive', 'exit 0')
  assert.equal(await tap.release('1.2.3', [demoOf(compose)]), [])
  await setHook(tap.bare, 'pre-receive', 'echo no >&2; exit 1')
  const [problem] = await tap.retract('1.2.3')
  assert.match(problem?.message ?? '', /refuses to change main: pre-receive hook declined: no/)
})

test('a branch that somebody has checked out is told so', async ({ tap }) => {
  await tap.person.commit({ 'x': 'x' })
  const [error] = await tap.release('1.2.3', [demoOf(compose)], { repository: tap.person.folder })
  assert.match(error?.message ?? '', /: it refuses to change main: branch is currently checked out/)
  assert.match(error?.hint ?? '', /^Name a bare repository/)
  assert.equal(await tap.release('1.2.3', [demoOf(compose)], { repository: tap.person.folder, branch: 'demo' }), [])
})

test('check: what stands in a branch is told before anything is made, and nothing is left there', async ({ tap }) => {
  const asked = async (version: string, what: Parameters<ReturnType<typeof tap.tap>['check']>[1], project?: string): Promise<readonly string[]> =>
    (await tap.tap().check(tap.world(releaseOf(version, project)), what)).map(({ message }) => message.replaceAll(tap.bare, 'TAP').replaceAll(/sha256:\w+/g, 'DIGEST'))
  const artifacts = async (...what: readonly Step[]) => {
    const outcomes = await tap.graph.run(what)
    return what.map(step => made(outcomes, step))
  }
  const own = [demoOf({ 'compose.yaml': 'a\n' }), fileOf('sums.txt', 'one'), fileOf('more.txt', 'one')]
  await tap.edits({ 'README.md': 'a person\'s\n', 'docs/a.md': 'x\n' })
  await tap.release('1.2.3', own)
  const before = await tap.files()
  assert.equal(await asked('1.2.3', await artifacts(...own)), [])
  assert.equal(await asked('1.2.3', await artifacts(demoOf({ 'compose.yaml': 'b\n' }), fileOf('sums.txt', 'two'), fileOf('more.txt', 'one'))), [
    'Cannot put gateway_1.2.3_compose into TAP: 1.2.3 is there as DIGEST, not DIGEST', 'Cannot put sums.txt into TAP: 1.2.3 is there as DIGEST, not DIGEST',
  ])
  // A new version takes the place of the last one; what others have stays theirs.
  assert.equal(await asked('1.3.0', await artifacts(demoOf({ 'compose.yaml': 'b\n', 'README.md': 'ours\n' }, '1.3.0'), fileOf('sums.txt', 'two', '1.3.0'))), [])
  assert.equal(await asked('1.0.0', [fileOf('sums.txt', 'x', '1.0.0').outline, fileOf('docs', 'x', '1.0.0').outline, fileOf('new.txt', 'x', '1.0.0').outline], 'door'), [
    'Cannot put sums.txt into TAP: it belongs to releases of gateway', 'Cannot put docs into TAP: a folder is there',
  ])
  assert.equal(await asked('1.0.0', await artifacts(demoOf({ 'compose.yaml': 'c\n' }, '1.0.0', 'door')), 'door'), ['Cannot put compose.yaml into TAP: it belongs to releases of gateway'])
  // An older one changes nothing, and a demo that is not made yet has files that nobody knows.
  assert.equal(await asked('1.0.0', await artifacts(demoOf({ 'docs': 'x\n' }, '1.0.0'))), [])
  assert.equal(await asked('1.0.0', [demoOf({ 'compose.yaml': 'c\n' }, '1.0.0', 'door').outline], 'door'), [])
  assert.equal(tap.notices.splice(0), [])
  assert.equal(await asked('1.2.3', own.map(({ outline }) => outline)), [])
  assert.equal(tap.notices, [`tap ${tap.bare} has 1.2.3 with gateway_1.2.3_compose, sums.txt, more.txt already: a version is published once, so it goes on only where the same bytes are made`])
  assert.equal(await tap.files(), before)
})

test('check: nothing to say of a branch that is there or can be made; a place that is none is one problem', async ({ tap }) => {
  const step = demoOf(compose)
  const problems = (repository = tap.bare, branch = 'main') => tap.tap({ repository, branch }).check(tap.world(), [step.outline])
  assert.equal(await problems(), [])
  await tap.edits({ 'x': 'x' })
  const head = await tap.git('rev-parse', 'main')
  assert.equal([await problems(), await problems(tap.bare, 'other')], [[], []])
  assert.is(await tap.git('for-each-ref', '--format=%(refname) %(objectname)'), `refs/heads/main ${head}`)
  assert.equal((await problems('/nowhere/tap.git')).map(({ where, code, message }) => [where, code, message.split('.')[0]]), [['tap /nowhere/tap', 'DESTINATION', 'Cannot read /nowhere/tap']].map(([where, code, message]) => [`${where}.git`, code, message]))
})

test('the user\'s own configuration, hooks and attributes have no part in it', async ({ tap }) => {
  const { HOME, XDG_CONFIG_HOME } = process.env
  const home = tap.person.beside('home')
  await setHook(home, 'pre-push', 'echo hook >&2; exit 1')
  await setHook(home, 'reference-transaction', 'exit 1')
  await writeFile(join(home, '.gitconfig'), `[core]\n\thooksPath = ${home}/hooks\n\tautocrlf = true\n[user]\n\tname = Somebody\n[url "/nowhere/"]\n\tinsteadOf = ${tap.bare}\n[commit]\n\tgpgSign = true\n[push]\n\tfollowTags = true\n[transfer]\n\tfsckObjects = broken\n`)
  try {
    process.env['HOME'] = home
    delete process.env['XDG_CONFIG_HOME']
    assert.equal(await tap.release('1.2.3', [demoOf({ 'a.txt': 'a\r\nb\n' })]), [])
  } finally {
    Object.assign(process.env, { HOME, ...XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME } })
  }
  const outside = await tap.graph.options().exec(undefined, new AbortController().signal)('git', [`--git-dir=${tap.bare}`, 'cat-file', '-s', 'main:a.txt'])
  assert.is(outside.stdout, '5\n')
  assert.match(await tap.git('log', '-1', '--format=%an', 'main'), /^Slipway$/)
})

test('a record that is none stops a release, before anything is pushed', async ({ tap }) => {
  await tap.edits({ [record]: '{"project": "gateway"}' })
  const [error] = await tap.release('1.2.3', [demoOf(compose)])
  assert.is(error?.message, `Cannot read .slipway/gateway.json of ${tap.bare}: it is no record of a release`)
  const file = { path: '../../outside', mode: 420, size: 1, digest: 'sha256:00' }
  await tap.edits({ [record]: JSON.stringify({ project: 'gateway', version: '1.0.0', commit: 'x', artifacts: [{ kind: 'demo', name: 'x', digest: 'sha256:00', files: [file] }] }) })
  assert.is((await tap.release('1.2.3', [demoOf(compose)]))[0]?.message, error?.message)
  assert.equal(await tap.subjects(), ['Change', 'Change'])
})

test('nothing is left in the folder for temporary files', async ({ tap }) => {
  const own = async () => (await readdir(tmpdir())).filter(name => name.startsWith('slipway-tap-'))
  const before = await own()
  await tap.release('1.2.3', [demoOf(compose)])
  await tap.tap().check(tap.world(), [])
  await tap.tap().check({ ...tap.world(), place: { root: '/' } }, [])
  await tap.retract('1.2.3')
  await rm(tap.bare, { recursive: true })
  await tap.retract('1.2.3')
  assert.equal(await own(), before)
})

test('addresses: what people read on each host', () => {
  const demo = demoOf({}).outline
  const urls = (repository: string, options = {}) => [demo, { kind: 'checksums', name: 'a b.txt' }].map(outline => gitTap({ repository, ...options }).url(outline))
  assert.equal(urls('example/demo'), ['https://github.com/example/demo/tree/main', 'https://github.com/example/demo/blob/main/a%20b.txt'])
  assert.equal(urls('git@github.com:example/demo.git', { branch: 'x/y', folder: 'f' }), ['https://github.com/example/demo/tree/x/y/f', 'https://github.com/example/demo/blob/x/y/f/a%20b.txt'])
  assert.equal(urls('https://gitlab.com/a/b/c.git'), ['https://gitlab.com/a/b/c/-/tree/main', 'https://gitlab.com/a/b/c/-/blob/main/a%20b.txt'])
  assert.equal(urls('ssh://git@codeberg.org:22/a/b'), ['https://codeberg.org/a/b/src/branch/main', 'https://codeberg.org/a/b/src/branch/main/a%20b.txt'])
  assert.equal(urls('https://bitbucket.org/a/b.git'), ['https://bitbucket.org/a/b/src/main', 'https://bitbucket.org/a/b/src/main/a%20b.txt'])
  assert.equal(urls('https://git.example/a/b.git', { web: 'https://web.example/b/main/' }), ['https://web.example/b/main', 'https://web.example/b/main/a%20b.txt'])
  assert.equal(urls('../demo.git', { folder: './f/' }), ['../demo.git#main:f/', '../demo.git#main:f/a b.txt'])
})

test('what is no repository, branch, folder or author is refused at once, and no credential is repeated', () => {
  const refused = (options: object) => {
    const { code, message } = thrown(() => gitTap({ repository: 'example/demo', ...options }))
    assert.is(code, 'USAGE')
    assert.not.match(message, /hunter2/)
    return message.replace('Cannot use a repository as a tap: ', '')
  }
  for (const repository of ['', 'demo', 'ext::sh -c id', '--upload-pack=id', '-x/y', 'git://h.example/a', 'ftp://h.example/a', 'ssh://-oProxyCommand=id/a', 'host:-x', 'https://', 'a/b/c', 'https://h.example/a\nb']) refused({ repository })
  assert.is(refused({ repository: 'https://user:hunter2@h.example/a' }), 'its address at h.example holds a user name or a password')
  assert.is(refused({ repository: 'http://h.example/a' }), '"http://h.example/a" is not encrypted')
  assert.is(refused({ repository: 'https://h.example/a?token=b' }), '"https://h.example/a?token=b" has a query in it')
  for (const branch of ['', '-x', 'a..b', 'a b', 'a~1', 'x.lock', 'x/', '/x', 'refs/heads/x', '@', 'a//b', 'a:b', '.x', 'x/.y']) assert.match(refused({ branch }), /is no name of a branch$/, branch)
  for (const folder of ['', '/x', '../x', 'a/../..', 'a/.git/b', '.slipway']) assert.match(refused({ folder }), /is no folder of a repository$/, folder)
  for (const author of ['Somebody', 'A <b', 'A <b c>', 'A\nB <b@c>', ' <>']) assert.match(refused({ author }), /is no author$/, author)
  assert.equal(['example/demo', './x', '/x', 'file:///x', 'git@h.example:a', 'http://127.0.0.1:1/x'].map(repository => gitTap({ repository }).local), [false, true, true, true, false, false])
  assert.is(gitTap({ repository: 'example/demo', branch: 'x', folder: 'Formula' }).name, 'tap example/demo x Formula')
  assert.is(releaseOf().project.name, 'gateway')
})

test.run()
