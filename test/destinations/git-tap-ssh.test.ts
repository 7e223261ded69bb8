import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { unless } from '../support/unless.ts'
import { noSsh, startSsh, type SshServer } from './support/ssh-server.ts'
import { demoOf, tapFixture, type TapFixture } from './support/tap-fixture.ts'

const test = suite<{ tap: TapFixture, ssh: SshServer }>('gitTap over ssh')
const declare = unless(noSsh(), test)
const texts = { 'compose.yaml': 'services: {}\n' }
const variables = ['GIT_SSH_COMMAND', 'GIT_SSH', 'SSH_AUTH_SOCK'] as const
const before = variables.map(name => [name, process.env[name]] as const)

test.before(async own => { if (noSsh() === undefined) own.ssh = await startSsh() })
test.after(async ({ ssh }) => { await (ssh as SshServer | undefined)?.close() })
test.before.each(async own => {
  for (const name of variables) delete process.env[name]
  own.tap = await tapFixture()
})
test.after.each(async ({ tap }) => {
  for (const [name, value] of before) if (value === undefined) delete process.env[name]; else process.env[name] = value
  await tap.close()
})

declare('a release goes through with a key of the user\'s agent', async ({ tap, ssh }) => {
  process.env['SSH_AUTH_SOCK'] = ssh.agent(ssh.writer)
  process.env['GIT_SSH_COMMAND'] = `ssh -o UserKnownHostsFile=${ssh.knownHosts} -o BatchMode=yes`
  const options = { repository: `${ssh.url}${tap.bare}`, token: 'not-for-ssh' }
  assert.equal(await tap.tap(options).check(tap.world(), []), [])
  assert.equal(await tap.release('1.2.3', [demoOf(texts)], options), [])
  assert.equal(await tap.release('1.2.4', [demoOf(texts, '1.2.4')], options), [])
  assert.equal(await tap.retract('1.2.4', undefined, options), [])
  assert.equal(await tap.subjects(), ['gateway 1.2.3', 'gateway 1.2.4', 'Take back gateway 1.2.4'])
})

declare('a host that the user does not know is refused, whatever the key', async ({ tap, ssh }) => {
  process.env['SSH_AUTH_SOCK'] = ssh.agent(ssh.writer)
  const [problem] = await tap.tap({ repository: `${ssh.url}${tap.bare}` }).check(tap.world(), [])
  assert.equal([problem?.code, problem?.message.split('. ')[0]], ['CREDENTIALS', `Cannot read ${ssh.url}${tap.bare}: ssh does not know the server's host key`])
})

declare('no key, and one that may only read, are told apart', async ({ tap, ssh }) => {
  await tap.edits({ x: 'x' })
  const told = async (key: string) => {
    process.env['GIT_SSH_COMMAND'] = `ssh -F none -o UserKnownHostsFile=${ssh.knownHosts} -o BatchMode=yes -o IdentitiesOnly=yes -i ${key}`
    const [problem] = await tap.tap({ repository: `${ssh.url}${tap.bare}` }).check(tap.world(), [])
    return [problem?.code, problem?.message.split('. ')[0]]
  }
  assert.equal(await told('/nowhere'), ['CREDENTIALS', `Cannot read ${ssh.url}${tap.bare}: ssh finds no key that the server takes`])
  assert.equal(await told(ssh.reader), ['CREDENTIALS', `Cannot push to ${ssh.url}${tap.bare}: the server does not allow writing`])
  assert.equal(await told(ssh.writer), [undefined, undefined])
})

test.run()
