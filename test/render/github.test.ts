import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { githubAnnotations } from '../../lib/render/github-annotations.ts'
import { githubCommand, inert } from '../../lib/render/github-command.ts'
import { githubLog, type GithubLog } from '../../lib/render/github-log.ts'
import { Progress } from '../../lib/render/progress.ts'
import type { Row } from '../../lib/render/row.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

interface Parsed {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

/** Reads a line as the runner does: a command where `::` begins it, properties up to the next `::`, each unescaped. */
function parsed(line: string): Parsed | undefined {
  const [, name = '', written = '', message = ''] = /^\s*::([\w-]+)(?: ([^]*?))?::([^]*)$/.exec(line) ?? []
  if (name === '') return line.includes('##[') ? { name: '##[', properties: {}, message: line } : undefined
  const data = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
  const entries = written === '' ? [] : written.split(',').map(entry => [entry.slice(0, entry.indexOf('=')), data(entry.slice(entry.indexOf('=') + 1).replaceAll('%3A', ':').replaceAll('%2C', ','))] as const)
  return { name, properties: Object.fromEntries(entries), message: data(message) }
}

test('a command is what the runner reads, whatever is in it', () => {
  assert.is(githubCommand('error', { file: 'a,b:c.go', line: 3, col: undefined, title: '100%' }, 'one\r\ntwo: 5 %, ::x'), '::error file=a%2Cb%3Ac.go,line=3,title=100%25::one%0D%0Atwo: 5 %25, ::x')
  assert.is(githubCommand('endgroup', {}), '::endgroup::')
  fc.assert(fc.property(fc.string(), fc.string({ minLength: 1 }), (message, title) => {
    const line = githubCommand('warning', { title }, message)
    assert.is(line.split(/[\r\n]/).length, 1)
    assert.equal(parsed(line), { name: 'warning', properties: { title }, message })
  }))
})

test('no line of a tool is a command', () => {
  for (const line of ['::error::no', '  ::set-output name=a::b', '\u0085::add-mask::x', 'text ##[command]', 'first\r\n::error::second', 'first\r::stop-commands::x', ':::group::']) {
    assert.equal(inert(line).split(/[\r\n]+/).flatMap(part => parsed(part.replace(/^\u0085+/, '')) ?? []), [], line)
  }
  for (const line of ['binary gateway ...', 'a::b', '', '  gateway | ::error::x', 'https://example.com', ': one']) assert.is(inert(line), line)
})

interface Fixture {
  readonly log: GithubLog
  readonly lines: string[]
  end(id: string): void
}

/** Rows of kinds, `binary 1` as a row of the kind `binary`, and a log of them. */
function fixture(...ids: readonly string[]): Fixture {
  const progress = new Progress()
  const lines: string[] = []
  for (const id of ids) progress.add({ id, group: id.split(' ')[0] ?? id, title: id, name: id, nature: 'step', phase: { state: 'running', since: 0 } })
  return { lines, log: githubLog(progress, line => { lines.push(line) }), end: id => { progress.change(progress.row(id) as Row, { state: 'made', at: 1 }) } }
}

test('each kind is a group, though kinds go on at once', () => {
  const { log, lines, end } = fixture('binary 1', 'binary 2', 'archive 1', 'archive 2', 'publish all')
  log.print('binary 1 ...', 'binary')
  log.print('binary 2 ...', 'binary')
  end('binary 1')
  log.print('binary 1: made', 'binary')
  log.print('archive 1 ...', 'archive')
  assert.equal(lines, ['::group::binary (2)', 'binary 1 ...', 'binary 2 ...', 'binary 1: made'])
  log.print('notice: something')
  end('archive 1')
  log.print('archive 1: made', 'archive')
  end('binary 2')
  log.print('binary 2: made', 'binary')
  log.print('archive 2 ...', 'archive')
  assert.equal(lines.slice(4), ['notice: something', 'binary 2: made', '::endgroup::', '::group::archive (2)', 'archive 1 ...', 'archive 1: made', 'archive 2 ...'])
  end('archive 2')
  log.print('archive 2: made', 'archive')
  log.print('publish all ...', 'publish')
  end('publish all')
  log.print('publish all: done', 'publish')
  log.finish()
  assert.equal(lines.slice(11), ['archive 2: made', '::endgroup::', 'publish all ...', 'publish all: done'])
})

test('what is over while another kind goes on is told whole', () => {
  const { log, lines, end } = fixture('binary 1', 'binary 2', 'base 1', 'base 2', 'layer 1', 'layer 2')
  log.print('binary 1 ...', 'binary')
  end('base 1')
  end('base 2')
  log.print('base: 2 from the cache', 'base')
  log.print('layer 1 ...', 'layer')
  log.print('layer 2 ...', 'layer')
  end('binary 1')
  end('binary 2')
  log.print('binary: 2 made', 'binary')
  log.finish()
  assert.equal(lines, [
    '::group::binary (2)', 'binary 1 ...', 'binary: 2 made', '::endgroup::', 'base: 2 from the cache',
    '::group::layer (2)', 'layer 1 ...', 'layer 2 ...', '::endgroup::',
  ])
})

test('every line is told once, in the order of its kind, and groups never overlap', () => {
  const act = fc.record({ kind: fc.nat(3), row: fc.nat(2), ends: fc.boolean(), free: fc.integer({ min: 0, max: 9 }) })
  fc.assert(fc.property(fc.array(act, { maxLength: 40 }), acts => {
    const kinds = ['a', 'b', 'c', 'd']
    const { log, lines, end } = fixture(...kinds.flatMap(kind => [0, 1, 2].map(row => `${kind} ${row}`)))
    const told = new Map<string, string[]>()
    acts.forEach(({ kind, row, ends, free }, at) => {
      const group = free === 0 ? undefined : kinds[kind] ?? 'a'
      if (ends && group) end(`${group} ${row}`)
      log.print(`line ${at}`, group)
      told.set(group ?? '', [...told.get(group ?? '') ?? [], `line ${at}`])
    })
    log.finish()
    const texts = lines.filter(line => line.startsWith('line'))
    for (const some of told.values()) assert.equal(texts.filter(line => some.includes(line)), some)
    assert.is(texts.length, acts.length)
    let depth = 0
    for (const line of lines) {
      depth += line.startsWith('::group::') ? 1 : line === '::endgroup::' ? -1 : 0
      assert.ok(depth === 0 || depth === 1)
    }
    assert.is(depth, 0)
  }))
})

const failure = (message: string, output?: string): ReleaseError => new ReleaseError(message, { code: 'COMPILE', hint: 'Correct it.', ...output !== undefined && { output } })
const known = (path: string): string | undefined => path === 'cmd/main.go' ? 'api/cmd/main.go' : undefined

test('a failure stands beside the line that it is about, a notice beside the run', () => {
  const errors = [failure('Cannot compile gateway for linux/amd64: the compiler says no', '# example.com/gateway\ncmd/main.go:12:3: undefined: x, y'), new Error('odd: 50%'), 'nothing']
  const lines = githubAnnotations({ errors, notices: ['main.version is not set'], locate: known, hide: text => text })
  assert.equal(lines.map(parsed), [
    {
      name: 'error', properties: { file: 'api/cmd/main.go', line: '12', col: '3', title: 'Release failed: COMPILE' },
      message: 'Cannot compile gateway for linux/amd64: the compiler says no\nCorrect it.\n# example.com/gateway\ncmd/main.go:12:3: undefined: x, y',
    },
    { name: 'error', properties: { title: 'Release failed' }, message: 'odd: 50%' },
    { name: 'error', properties: { title: 'Release failed' }, message: 'nothing' },
    { name: 'warning', properties: { title: 'Notice' }, message: 'main.version is not set' },
  ])
})

test('only files of the repository are named', () => {
  const asked: string[] = []
  const [line] = githubAnnotations({
    errors: [failure('see https://example.com/a.go:80/x and 10.0.0.1:5000 and /etc/x.yaml:3 and ../y.ts:4:5')], notices: [], hide: text => text,
    locate: path => { asked.push(path); return undefined },
  })
  assert.equal(asked, ['/etc/x.yaml', '../y.ts'])
  assert.equal(parsed(line ?? '')?.properties, { title: 'Release failed: COMPILE' })
})

test('there are no more annotations than are shown, none too long, and nothing secret', () => {
  const errors = Array.from({ length: 30 }, (_, at) => failure(`failure ${at} with hush ${'x'.repeat(9000)}`))
  const lines = githubAnnotations({ errors, notices: Array.from({ length: 11 }, (_, at) => `notice ${at}`), locate: known, hide: text => text.replaceAll('hush', '$TOKEN') })
  assert.is(lines.length, 20)
  assert.equal(parsed(lines[9] ?? '')?.message, 'and 21 more, which the log has')
  assert.equal(parsed(lines[19] ?? '')?.message, 'and 2 more, which the log has')
  assert.ok(lines.every(line => line.length < 5000 && !line.includes('hush')))
  assert.match(lines[0] ?? '', /with \$TOKEN x/)
})

test.run()
