import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseChallenges } from '../../../lib/oci/registry/parse-challenges.ts'

const cases: readonly (readonly [header: string, challenges: ReturnType<typeof parseChallenges>])[] = [
  ['Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull,push"',
    [{ scheme: 'bearer', parameters: { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:library/alpine:pull,push' } }]],
  ['Basic realm="a \\"quoted\\" realm, with a comma"', [{ scheme: 'basic', parameters: { realm: 'a "quoted" realm, with a comma' } }]],
  ['basic realm=plain', [{ scheme: 'basic', parameters: { realm: 'plain' } }]],
  ['BEARER Realm = "x" , Service="y"', [{ scheme: 'bearer', parameters: { realm: 'x', service: 'y' } }]],
  ['Negotiate, Basic realm="a", Bearer realm="b",error="insufficient_scope"', [
    { scheme: 'negotiate', parameters: {} }, { scheme: 'basic', parameters: { realm: 'a' } }, { scheme: 'bearer', parameters: { realm: 'b', error: 'insufficient_scope' } }]],
  ['Bearer realm=https://x.example/token,service=y', [{ scheme: 'bearer', parameters: { realm: 'https://x.example/token', service: 'y' } }]],
  ['Basic', [{ scheme: 'basic', parameters: {} }]],
  ['', []],
  [' , ,"', []],
]

for (const [header, challenges] of cases) {
  test(`the challenges of ${JSON.stringify(header)}`, () => { assert.equal(parseChallenges(header), challenges) })
}

test('any header is read to its end', () => {
  fc.assert(fc.property(fc.string(), header => { parseChallenges(header) }))
  fc.assert(fc.property(fc.array(fc.constantFrom('Bearer', 'Basic', ' ', ',', '=', '"', '\\', 'realm', 'x')), parts => { parseChallenges(parts.join('')) }))
})

test.run()
