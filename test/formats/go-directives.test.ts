import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { goDirectives, replacedByFolders } from '../../lib/formats/go-directives.ts'

const goMod = `// a comment
module example.com/gateway // another

go 1.23

require example.com/one v1.2.3
require (
\texample.com/two v0.1.0 // indirect
\t"example.com/three" v3.0.0
)

replace example.com/one => ../one
replace (
\texample.com/two v0.1.0 => "./some folder/two" // quoted
\texample.com/three => example.com/fork v3.0.1
\texample.com/four => \`/srv/four\`
)
`

test('the directives of a go.mod are one by one, those of blocks too', () => {
  const directives = goDirectives(goMod)
  assert.equal(directives.map(({ verb }) => verb), [
    'module', 'go', 'require', 'require', 'require', 'replace', 'replace', 'replace', 'replace'])
  assert.equal(directives[0]?.words, ['example.com/gateway'])
  assert.equal(directives[4]?.words, ['example.com/three', 'v3.0.0'])
})

test('only replacements by folders are folders', () => {
  assert.equal(replacedByFolders(goDirectives(goMod)), ['../one', './some folder/two', '/srv/four'])
})

test('a go.work reads the same, Windows lines too', () => {
  const directives = goDirectives('go 1.23\r\n\r\nuse ./api\r\nuse (\r\n\t./web\r\n\t.\r\n)\r\n')
  assert.equal(directives.filter(({ verb }) => verb === 'use').flatMap(({ words }) => words), ['./api', './web', '.'])
})

test('what is no go.mod has no directives that matter', () => {
  assert.equal(goDirectives(''), [])
  assert.equal(replacedByFolders(goDirectives('replace\nreplace x\nreplace =>\n')), [])
})

test.run()
