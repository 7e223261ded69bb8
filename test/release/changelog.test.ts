import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { say } from '../support/history.ts'
import { hello } from './support/hello.ts'
import { libraryUrl, removeWorkplaces, workplace, type Workplace } from './support/workplace.ts'

const script = `import { changelog, crossCompile, githubRelease, main, publish, resolveVersion, send } from '${libraryUrl}'

await main(import.meta, {
  version: resolveVersion(),
  targets: ['linux/amd64'],
  goals: ({ project, version, source, toolchain, targets }) => {
    const notes = changelog({ project, version, repository: 'https://github.com/example/hello', group: (commit, usual) => commit.scope === 'ui' ? { title: 'Looks', order: 5 } : usual })
    return {
      build: ['binaries', targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))],
      release: ['notes', publish(send(githubRelease({ repository: 'example/hello', version, token: 'none' }), notes))],
    }
  },
})
`
const ann = 'Ann <12+ann@users.noreply.github.com>'
const compare = 'https://github.com/example/hello/compare'

/** 1.0.0, a candidate after it, and what comes after that. */
async function history(): Promise<Workplace> {
  const place = await workplace({ ...hello, 'build.ts': script, '.gitignore': '/dist*\n' }, ['v1.0.0'])
  await say(place.repository, 'feat: add a greeting (#4)', { author: ann })
  await place.repository.tag('v1.1.0-rc.1')
  await say(place.repository, 'feat(ui): show it in green', { author: 'Bob <bob@example.com>' })
  return place
}

const green = '\\*\\*ui:\\*\\* show it in green \\(\\[`\\w{8}`\\]\\(https://github\\.com/example/hello/commit/\\w{40}\\)\\) by Bob'
const greeting = 'add a greeting \\(\\[#4\\]\\(https://github\\.com/example/hello/pull/4\\)\\) by \\[@ann\\]\\(https://github\\.com/ann\\)'

test.after.each(removeWorkplaces)

test('a version that is not tagged yet is told of as if it were, in the groups and words of build.ts', async () => {
  const { build } = await history()
  const stable = await build(['changelog', '1.1.0'])
  assert.is(stable.code, 0, stable.stderr)
  assert.match(stable.stdout, new RegExp(`^## \\[1\\.1\\.0\\]\\(${compare}/v1\\.0\\.0\\.\\.\\.v1\\.1\\.0\\) - 2026-11-21\n\n### Added\n\n- ${greeting}\n\n### Looks\n\n- ${green}\n$`))
  const candidate = await build(['changelog', '--next', 'rc'])
  assert.match(candidate.stdout, /^## \[1\.1\.0-rc\.2\]\(.*\/v1\.1\.0-rc\.1\.\.\.v1\.1\.0-rc\.2\) - 2026-11-21\n\n### Looks\n\n- .*\n$/)
  const open = await build(['changelog'])
  assert.match(open.stdout, /^## \[Unreleased\]\n\n### Looks\n\n- .*\n$/)
  assert.is(stable.stderr + candidate.stderr + open.stderr, '')
})

test('one that is tagged is told of as it was released, whatever is checked out', async () => {
  const { repository, build } = await history()
  await repository.tag('v1.1.0')
  await say(repository, 'fix: later (#9)')
  const { stdout } = await build(['changelog', 'v1.1.0'])
  assert.match(stdout, /^## \[1\.1\.0\]\(.*v1\.0\.0\.\.\.v1\.1\.0\) - 2026-11-21\n/)
  assert.not.match(stdout, /later/)
  assert.match((await build(['changelog', '1.0.0'])).stdout, /^## \[1\.0\.0\] - 2026-11-21\n\n### Changed\n\n- Change \(/)
})

test('--write puts it into CHANGELOG.md once, and replaces that section alone', async () => {
  const { folder, repository, build } = await history()
  const file = join(folder, 'CHANGELOG.md')
  const before = '# Log\r\n\r\n## [Unreleased]\r\n\r\n- mine\r\n\r\n'
  const after = '## 1.0.0\r\n- first\r\n\r\n[1.0.0]: https://a.example'
  await writeFile(file, before + after)
  const first = await build(['changelog', '1.1.0', '--write'])
  assert.equal([first.code, first.stderr], [0, `wrote ${file}\n`])
  const written = await readFile(file, 'utf8')
  assert.is(written, `${before}${first.stdout.replaceAll('\n', '\r\n')}\r\n${after}`)
  const again = await build(['changelog', '1.1.0', '--write'])
  assert.equal([again.stderr, await readFile(file, 'utf8')], [`nothing to change in ${file}\n`, written])
  await say(repository, 'fix: more')
  const dry = await build(['changelog', '1.1.0', '--write', '--dry-run'])
  assert.equal([dry.stderr, await readFile(file, 'utf8')], [`would write ${file}\n`, written])
  const third = await build(['changelog', '1.1.0', '--write', '--json'])
  const data = JSON.parse(third.stdout) as { version: string, previous: string, compare: string, date: string, markdown: string, file: string, state: string, groups: { title: string, changes: object[] }[] }
  assert.equal([data.version, data.previous, data.compare, data.date, data.file, data.state], ['1.1.0', 'v1.0.0', `${compare}/v1.0.0...v1.1.0`, data.date, file, 'written'])
  assert.equal(data.groups.map(({ title, changes }) => [title, changes.length]), [['Looks', 1], ['Features', 1], ['Fixes', 1]])
  assert.is(await readFile(file, 'utf8'), `${before}${data.markdown.replaceAll('\n', '\r\n')}\r\n${after}`)
})

test('a file that is not there is begun, one by another name is taken, a link stays one', async () => {
  const { folder, build } = await history()
  const { stdout } = await build(['changelog', '1.1.0', '--write'])
  assert.is(await readFile(join(folder, 'CHANGELOG.md'), 'utf8'), `# Changelog\n\n${stdout}`)
  await writeFile(join(folder, 'HISTORY.md'), '# History\n')
  await symlink('HISTORY.md', join(folder, 'NEWS.md'))
  assert.is((await build(['changelog', '1.1.0', '--write', '--file', 'NEWS.md'])).code, 0)
  assert.is(await readFile(join(folder, 'HISTORY.md'), 'utf8'), `# History\n\n${stdout}`)
})

test('what cannot be is one clear error, and nothing is written', async () => {
  const { folder, build } = await history()
  const file = join(folder, 'CHANGELOG.md')
  const wrong: readonly (readonly [what: string | Buffer, args: readonly string[], why: RegExp])[] = [
    [Buffer.from([0x23, 0x20, 0xff, 0xfe]), ['1.1.0', '--write'], /it is no text in UTF-8/],
    ['All that happened.\n', ['1.1.0', '--write'], /no heading of it names a version, and it begins with none/],
    ['## 1.1.0\n\n## 1.1.0\n', ['1.1.0', '--write'], /1\.1\.0 has two sections in it/],
    ['# Log\n<!-- x\n', ['1.1.0', '--write'], /a comment or a block of code above its place has no end/],
    ['# Log\n', ['--write'], /Cannot write a section: the commit has no version tag, and no version is named/],
    ['# Log\n', ['1.1.0', '--file', 'x.md'], /Cannot use --file: nothing is written/],
    ['# Log\n', ['1.1', '--write'], /Cannot tell the changes of 1\.1: it is no semantic version/],
    ['# Log\n', ['1.1.0', '--next', 'rc'], /a version is named, and --next would name another/],
  ]
  for (const [text, args, why] of wrong) {
    await writeFile(file, text)
    const { code, stdout, stderr } = await build(['changelog', ...args])
    assert.match(stderr, why)
    assert.equal([(code ?? 0) > 0, stdout, Buffer.compare(await readFile(file), Buffer.from(text))], [true, '', 0], stderr)
  }
  const missing = await build(['changelog', '1.1.0', '--write', '--file', 'no/where.md'])
  assert.match(missing.stderr, /Cannot write .*where\.md: its folder does not exist/)
})

test('cut says so where the changelog has nothing of the version', async () => {
  const { folder, repository, build } = await history()
  assert.not.match((await build(['cut', '1.1.0', '--dry-run'])).stdout, /CHANGELOG/)
  await writeFile(join(folder, 'CHANGELOG.md'), '# Log\n')
  await say(repository, 'docs: begin a log')
  assert.match((await build(['cut', '1.1.0', '--dry-run'])).stdout, /\nCHANGELOG\.md says nothing of 1\.1\.0: npx tsx build\.ts changelog 1\.1\.0 --write\n/)
  assert.not.match((await build(['cut', '1.1.0-rc.2', '--dry-run'])).stdout, /CHANGELOG/)
  await build(['changelog', '1.1.0', '--write'])
  await say(repository, 'docs: write it')
  assert.not.match((await build(['cut', '1.1.0', '--dry-run'])).stdout, /CHANGELOG/)
})

test.run()
