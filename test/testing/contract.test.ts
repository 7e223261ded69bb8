import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { destinationContract, type ContractCheck } from '../../lib/testing/index.ts'
import { toyArtifacts, toyPlace, toyToken, type Flaw } from './support/toy-place.ts'

function contract(flaw?: Flaw): readonly ContractCheck[] {
  return destinationContract({
    name: 'toy', place: () => toyPlace(flaw), artifacts: toyArtifacts('bytes'), changed: toyArtifacts('other bytes'),
    visible: artifacts => Object.fromEntries(artifacts.map(({ name, digest }) => [name, digest])),
    secrets: [toyToken], faults: true, atOnce: 4,
  })
}

for (const { name, run } of contract()) test(`without a flaw: ${name}`, run)

/** Which check finds what is wrong, and what it says. */
const flaws: readonly (readonly [flaw: Flaw, check: RegExp, says: RegExp])[] = [
  ['stages in public', /shows nothing before/, /^after stage one, something else is to be seen:\n {2}\+ one: sha256:\w+$/],
  ['forgets the last one', /shows all that was sent/, /^after the commit, something else is to be seen:\n {2}- two: /],
  ['counts its runs', /stays as it is/, /^a second run changed what is to be seen:\n {2}\+ run 3: sha256:\w+$/],
  ['says that all is public', /is ready/, /^one is public before anything was published$/],
  ['says that all is public', /shows nothing/, /^one is said to be public while it is staged$/],
  ['says that all is public', /shows all that was sent/, /said to be public as undefined, not public as sha256:/],
  ['finds nothing wrong', /tells what is wrong/, /^check\(\) finds nothing wrong with nobody at its address$/],
  ['throws what is wrong', /tells what is wrong/, /^Cannot reach the toy/],
  ['gives no hints', /tells what is wrong/, /^with nobody at its address, an error has no hint: Cannot reach/],
  ['gives no hints', /refuses other bytes/, /^where one has other bytes, an error has no hint/],
  ['gives no hints', /fails by error/, /^where request \d+, \w+ \/\w+\/\w*, fails by error, an error has no hint/],
  ['locks, and unlocks at its end', /is killed anywhere/, /^where a run is killed after open, the next run fails: .*another run is there$/],
  ['locks, and unlocks at its end', /two runs meet/, /another run is there/],
  ['overwrites', /refuses other bytes/, /^where one has other bytes, no error is thrown$/],
  ['keeps what others staged', /none of the other bytes/, /reading it back gives sha256:\w+, not sha256:/],
  ['retracts nothing', /takes a release back/, /^taken back, something is still to be seen, and nobody says so:\n {2}\+ one/],
  ['takes back more', /takes a release back/, /\+ taken back/],
  ['takes back more', /takes back nothing/, /^taking back what was never there changed what is to be seen/],
  ['misses what is not there', /takes back nothing/, /^taking back what was never there is a problem: Cannot take back/],
  ['tells its token', /shows nothing/, /^secrets are given away by a notice$/],
  ['tells its token in base64', /stays as it is/, /^secrets are given away by the log$/],
  ['stages one after the other only', /at once$/, /it is busy$/],
  ['stops where another run was', /two runs meet/, /somebody was here/],
  ['sends again without a look', /fails by lost/, /^where request \d+, PUT \/log\/x, fails by lost and run again, something else is to be seen:/],
  ['passes its server by', /fails by cut/, /^nothing was asked of the server/],
  ['reads the first part only', /fails by slow/, /fails by slow, the run fails: Cannot reach the toy/],
  ['shows half of it', /fails by error/, /run again, something else is to be seen/],
  ['leaves drafts', /stays as it is/, /^a second run changed what lies there/],
  ['leaves drafts', /a run that fails/, /run again, something else lies there/],
  ['uses what a stopped run began', /is stopped anywhere|a run that fails/, /the next run fails: Cannot publish at the toy: somebody was here/],
]

for (const [flaw, check, says] of flaws) {
  test(`${flaw}: ${check.source} finds it`, async () => {
    const chosen = contract(flaw).filter(({ name }) => check.test(name))
    assert.ok(chosen.length > 0)
    for (const { name, run } of chosen) {
      const error = await run().then(() => undefined, (thrown: Error) => thrown)
      if (says.test(error?.message ?? '')) return
      if (chosen.length === 1) assert.match(error?.message ?? `${name} finds nothing`, says)
    }
    assert.unreachable('no check found it')
  })
}

test('a contract over one artifact is none', async () => {
  const [first] = destinationContract({ name: 'toy', place: () => toyPlace(), artifacts: async content => (await toyArtifacts('x')(content)).slice(1) })
  assert.match(String(await first?.run().catch(String)), /two artifacts at least/)
})

test('where nothing can be broken, that is told', async () => {
  const withoutServer = async () => {
    const { server: _server, ...place } = await toyPlace()
    return { ...place, destination: () => place.destination(_server ?? '') }
  }
  const check = destinationContract({ name: 'toy', place: withoutServer, artifacts: toyArtifacts('x') }).find(({ name }) => name.includes('tells what is wrong'))
  assert.match(String(await check?.run().catch(String)), /name destinations that cannot work in broken\(\)/)
})

test.run()
