import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dockerIgnore } from '../../lib/formats/docker-ignore.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const ignores = (text: string, path: string): boolean => dockerIgnore(text, '.dockerignore').ignores(path)

const cases: readonly (readonly [pattern: string, ignored: readonly string[], kept: readonly string[]])[] = [
  ['*', ['a', 'a/b', '.a'], []],
  ['*.go', ['a.go', '.go'], ['a/b.go', 'a.go2']],
  ['docs', ['docs', 'docs/a', 'docs/a/b'], ['docs2', 'a/docs', 'Docs']],
  ['docs/', ['docs', 'docs/a'], ['a/docs']],
  ['/docs', ['docs', 'docs/a'], ['a/docs']],
  ['./docs/../docs//x', ['docs/x', 'docs/x/y'], ['docs']],
  ['  docs  ', ['docs'], []],
  ['*/*/temp*', ['a/b/temp', 'a/b/temp.txt', 'a/b/temporary/c'], ['temp', 'a/temp', 'a/b/c/temp']],
  ['temp?', ['tempa', 'temp☺'], ['temp', 'temp/', 'tempab']],
  ['**', ['a', 'a/b/c'], []],
  ['**/', ['a', 'a/b/c'], []],
  ['dir/**', ['dir/a', 'dir/a/b'], ['dir', 'dira']],
  ['**/dir', ['dir', 'a/dir', 'a/b/dir/c'], ['adir']],
  ['**/dir2/*', ['dir/dir2/file', 'dir2/file', 'dir/dir2/file/x'], ['dir2']],
  ['**/dir2/**', ['dir/dir2/dir3/file'], ['dir2']],
  ['**file', ['file', 'dir/file', 'myfile', 'dir/myfile'], ['file2']],
  ['**/file*txt', ['dir/dir/file.txt', 'filetxt'], ['dir/file.txt2']],
  ['**/**/*.txt', ['file.txt', 'dir/dir/file.txt'], ['file.txt2']],
  ['a**/*.txt', ['a/file.txt', 'a/dir/dir/file.txt'], ['b/file.txt']],
  ['a/*.txt**', ['a/file.txt', 'a/file.txt2/x'], ['b/file.txt']],
  ['abc**', ['abc', 'abcd', 'abcd/e'], ['ab']],
  ['a[b-d]e', ['ace'], ['ae', 'aae']],
  ['a[^b-d]e', ['aze'], ['ace']],
  ['[a-ζ]*', ['α'], ['A']],
  ['[\\]a]', [']', 'a'], ['b']],
  ['[\\-x]', ['-', 'x'], ['a']],
  ['.*', ['.foo'], ['foo']],
  ['**/.foo', ['.foo', 'bar/.foo'], ['bar.foo']],
  ['abc.def', ['abc.def'], ['abcZdef', 'abcdef']],
  ['a(b)c/def', ['a(b)c/def'], ['a(b)c/xyz', 'abc/def']],
  ['a.|)$(}+{bc', ['a.|)$(}+{bc'], []],
  ['dist/*+g08acad9-*.whl', ['dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3.whl'], []],
  ['a\\*b', ['a*b'], ['ab', 'axb']],
  ['a\\\\', ['a\\'], ['a']],
  ['a^*', ['a^b'], ['ab']],
  ['# comment', [], ['# comment', 'comment']],
  [' # no comment', ['# no comment'], []],
  ['*\n!a', ['b', 'b/a'], ['a', 'a/b']],
  ['docs\n!docs/README.md', ['docs/a'], ['docs/README.md']],
  ['docs\n! docs/README.md', ['docs/a'], ['docs/README.md']],
  ['*.md\n!README*.md\nREADME-secret.md', ['a.md', 'README-secret.md'], ['README.md', 'README-a.md']],
  ['!a\n*', ['a'], []],
  ['**\n!util/docker/web\nutil/docker/web/foo', ['util/docker/web/foo', 'x'], ['util/docker/web/bar']],
  ['\uFEFFa\r\nb\r\n', ['a', 'b'], ['c']],
  ['', [], ['a']],
  ['.', [], ['a', '.a']],
]

for (const [pattern, ignored, kept] of cases) {
  test(`${JSON.stringify(pattern)} leaves out what it says`, () => {
    assert.equal(ignored.filter(path => !ignores(pattern, path)), [])
    assert.equal(kept.filter(path => ignores(pattern, path)), [])
  })
}

test('it tells whether there are exceptions', () => {
  assert.not(dockerIgnore('a\n#!b', 'x').hasExceptions)
  assert.ok(dockerIgnore('a\n!b', 'x').hasExceptions)
})

for (const bad of ['[', '[^bc', 'a[', '[]a]', '[-x]', '[x-]', '[a-b-c]', '[z-a]', 'a\\', '!', '! ']) {
  test(`${JSON.stringify(bad)} is an error that names the line`, () => {
    assert.throws(() => dockerIgnore(`a\n${bad}`, 'app.dockerignore'), (error: unknown) =>
      error instanceof ReleaseError && error.code === 'FILES' && error.message.startsWith('Cannot use app.dockerignore: line 2 is no pattern: '))
  })
}

test.run()
