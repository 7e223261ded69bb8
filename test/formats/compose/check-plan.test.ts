import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkPlan } from '../../../lib/formats/compose/check-plan.ts'
import type { DemoPlan } from '../../../lib/formats/compose/demo-plan.ts'
import type { ComposeService } from '../../../lib/formats/compose/service.ts'
import { thrown } from '../../support/thrown.ts'
import { sampleDemo } from './support/sample-demo.ts'

const { images: _images, ...sample } = sampleDemo
const main = (service: ComposeService): Partial<DemoPlan> => ({ services: { gateway: service } })
const beside = (services: Readonly<Record<string, ComposeService>>): Partial<DemoPlan> => ({ services: { gateway: {}, ...services } })
const pinned = `a@sha256:${'0'.repeat(64)}`

const refused: readonly (readonly [why: string, change: Partial<DemoPlan>, code: string, message: RegExp])[] = [
  ['a project name with upper case letters', { name: 'Gateway' }, 'NAME', /no project can be called "Gateway"/],
  ['a service name with a dot', beside({ 'a.b': {} }), 'NAME', /no service can be called "a\.b"/],
  ['an empty service name', beside({ '': {} }), 'NAME', /no service can be called ""/],
  ['a distro that would name a file Compose reads unasked', { distros: ['static', 'override'] }, 'NAME', /compose\.override\.yaml cannot be/],
  ['a distro that is called as the file of tags', { distros: ['static', 'Tags'] }, 'NAME', /compose\.Tags\.yaml cannot be/],
  ['a distro that leads elsewhere', { distros: ['static', '../x'] }, 'NAME', /compose\.\.\.\/x\.yaml cannot be/],
  ['two images on one distro', { distros: ['static', 'alpine', 'static'] }, 'USAGE', /two of its images are on static/],
  ['a default that no image is on', { defaultDistro: 'arch' }, 'USAGE', /none of its images is on arch/],
  ['no image', { distros: [] }, 'USAGE', /none of its images is on static/],
  ['an image without digest', beside({ web: { image: 'nginx:1' } }), 'USAGE', /service web runs nginx:1, which is not pinned/],
  ['an image whose digest is short', beside({ web: { image: 'nginx@sha256:00' } }), 'USAGE', /not pinned/],
  ['a port that is a word', main({ ports: ['http'] }), 'USAGE', /"http" of the service gateway is no port/],
  ['a port above all', main({ ports: ['8080:65536'] }), 'USAGE', /"8080:65536"/],
  ['port 0', main({ ports: ['0:80'] }), 'USAGE', /"0:80"/],
  ['a range of ports', main({ ports: ['8000-8010:8000-8010'] }), 'USAGE', /is no port/],
  ['a variable of its own for the main port', main({ ports: ['${X:-80}:80'] }), 'USAGE', /is no port/],
  ['a variable without default for a port', beside({ web: { image: pinned, ports: ['${X}:80'] } }), 'USAGE', /is no port/],
  ['one port twice', main({ ports: ['8080:80', '8080:81'] }), 'USAGE', /8080 of this machine is published twice by the service gateway/],
  ['one port of two services', beside({ a: { ports: ['80:80'] }, b: { ports: ['80:81'] } }), 'USAGE', /by the services a and b/],
  ['an interval without a unit', main({ healthcheck: { test: ['CMD', 'x'], interval: '5' } }), 'USAGE', /interval of the service gateway is "5"/],
  ['a time to stop that is a word', main({ stop_grace_period: 'long' }), 'USAGE', /stop_grace_period/],
  ['a health check that is only a program', main({ healthcheck: { test: ['/bin/x'] } }), 'USAGE', /does not say how it is run/],
  ['a dependency on nobody', main({ depends_on: ['upsteam'] }), 'USAGE', /depends on upsteam/],
  ['a dependency on itself', main({ depends_on: { gateway: { condition: 'service_started' } } }), 'USAGE', /depends on gateway, which is no other/],
  ['a dollar sign in a variable', main({ environment: { SECRET: 'pa$sword' } }), 'USAGE', /at services\.gateway\.environment\.SECRET, "pa\$sword" has a \$/],
  ['a dollar sign in an argument', main({ command: ['serve', 'a$'] }), 'USAGE', /at services\.gateway\.command\.1/],
  ['a variable that only Compose 2 knows', main({ command: '${A:-${B}}' }), 'USAGE', /neither \$\$ nor a variable/],
  ['a dollar sign in a config\'s place', { configs: [{ file: 'a', to: '/etc/$a' }] }, 'USAGE', /at configs\.0/],
  ['a config that goes to no absolute path', { configs: [{ file: 'a', to: 'etc/a' }] }, 'USAGE', /"etc\/a", which is no absolute path/],
  ['a config that goes to a folder', { configs: [{ file: 'a', to: '/etc/' }] }, 'USAGE', /no absolute path of a file/],
  ['a config that goes up', { configs: [{ file: 'a', to: '/etc/../a' }] }, 'USAGE', /no absolute path/],
  ['two configs of one name', { configs: [{ file: 'a', to: '/a/x' }, { file: 'b', to: '/b/x' }] }, 'USAGE', /two configs are called x/],
  ['a path that is none', { path: 'healthz' }, 'USAGE', /"healthz" is no path/],
  ['a path that a shell would read', { path: '/a"$(b)' }, 'USAGE', /is no path/],
]

for (const [why, change, code, message] of refused) {
  test(`${why} is refused`, () => {
    const error = thrown(() => checkPlan({ ...sample, ...change }, []))
    assert.is(error.code, code)
    assert.match(error.message, /^Cannot make a compose file: /)
    assert.match(error.message, message)
    assert.ok(error.hint)
  })
}

test('the nearest service is named where a dependency is mistyped', () => {
  assert.is(thrown(() => checkPlan({ ...sample, ...beside({ web: { depends_on: ['gatewya'] } }) }, [])).hint, 'Write gateway.')
})

const taken: readonly (readonly [why: string, change: Partial<DemoPlan>, allowed?: readonly string[]])[] = [
  ['the sample', {}],
  ['an image without digest that is allowed', beside({ web: { image: 'nginx:1' } }), ['nginx:1']],
  ['dollar signs that are doubled, and variables', main({ command: ['$$HOME', '${A}', '${A:-b}', '${A-}', '${_a?no A}', '${A:?no A}'] })],
  ['one port over TCP and UDP, and at two addresses', main({ ports: ['53:53', '53:53/udp', '127.0.0.1:80:80', '[::1]:80:80', '9000'] })],
  ['variables with defaults for the ports of others', beside({ web: { image: pinned, ports: ['${WEB:-8081}:80'] } })],
  ['durations of all units', main({ healthcheck: { test: 'true', interval: '1m30s', timeout: '500ms', start_period: '1.5h' }, stop_grace_period: '1h0m10s' })],
  ['no health check at all', main({ healthcheck: { disable: true } })],
]

for (const [why, change, allowed = []] of taken) {
  test(`${why} is taken`, () => {
    assert.not.throws(() => checkPlan({ ...sample, ...change }, allowed))
  })
}

test.run()
