import { readdir } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { libraryUrl, removeWorkplaces, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

// A destination of the user's own that is not local: it takes anything and keeps nothing.
const elsewhere = `const shop = {
  name: 'shop', reversible: false, url: ({ name }) => \`https://shop.test/\${name}\`,
  check: async () => [], probe: async () => ({ state: 'absent' }),
  open: async () => ({
    stage: async artifact => ({ artifact, url: '' }), verify: async ({ artifact }) => ({ state: 'staged', digest: artifact.digest }),
    commit: async () => { console.log('SOLD') }, retract: async () => [],
  }),
}
`

test('a snapshot goes to no destination that is not local, and the remedy is named', async () => {
  const place = await workplace({ ...hello, 'build.ts': atShop() })
  await place.repository.commit({ 'README.md': '# untagged\n' })
  const { code, stdout, stderr } = await place.build(['sell', '--publish'])
  assert.is(code, 1)
  assert.match(stderr, /Cannot publish a snapshot at shop/)
  assert.match(stderr, /git tag/)
  assert.not.match(stdout, /SOLD/)
})

test('nor does a part of a release', async () => {
  const place = await workplace({ ...hello, 'build.ts': atShop() })
  const { code, stdout, stderr } = await place.build(['sell', '--publish', '--only', 'linux/amd64'])
  assert.is(code, 2)
  assert.match(stderr, /Cannot publish a part of a release at shop/)
  assert.not.match(stdout, /SOLD/)
})

test('a whole one of a tagged commit does', async () => {
  const place = await workplace({ ...hello, 'build.ts': atShop() })
  const { code, stdout, stderr } = await place.build(['sell', '--publish'])
  assert.is(code, 0, stderr)
  assert.match(stdout, /SOLD/)
})

test('where something is skipped, nothing is published there, without --strict too', async () => {
  const place = await workplace({ ...hello, 'build.ts': atShop(`
const absent = task({ name: 'absent', revision: 1, outline: () => ({ kind: 'absent', name: 'absent.txt' }), work: async () => { throw new Skip('its registry cannot be reached') } })({})
`, ', absent') })
  const { code, stdout, stderr } = await place.build(['sell', '--publish'])
  assert.is(code, 1)
  assert.match(stderr, /its registry cannot be reached/)
  assert.not.match(stdout, /SOLD/)
})

test('without --publish nothing leaves this machine, and it says so', async () => {
  const place = await workplace({ ...hello, 'build.ts': atShop('', '', `both: ['both', publish(send(shop, archives), send(dist, archives, sums))],`) })
  const alone = await place.build(['sell'])
  assert.is(alone.code, 2)
  assert.match(alone.stderr, /Cannot run sell without --publish: all that it does is send to shop/)
  const both = await place.build(['both'])
  assert.is(both.code, 0, both.stderr)
  assert.match(both.stderr, /notice: Nothing is sent to shop: that takes --publish/)
  assert.not.match(both.stdout, /SOLD/)
  assert.ok((await readdir(place.dist)).some(name => name.endsWith('.zip')))
  const plan = await place.build(['plan', 'sell'])
  assert.is(plan.code, 0, plan.stderr)
})

/** A build.ts with a goal that sends its archives to the shop. */
function atShop(more = '', sent = '', goals = ''): string {
  return buildScript({
    head: `import { Skip, task } from '${libraryUrl}'\n${elsewhere}${more}`,
    goals: `sell: ['archives at the shop', publish(send(shop, archives, sums${sent}))],\n${goals}`,
  })
}

test.run()
