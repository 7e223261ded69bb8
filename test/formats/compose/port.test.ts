import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parsePort, portText } from '../../../lib/formats/compose/port.ts'
import { withDefaults } from '../../../lib/formats/compose/dollar-problem.ts'

const written: readonly (readonly [text: string, port: string])[] = [
  ['8080:80', '${GATEWAY_PORT:-8080}:80'], ['80', '80'], ['127.0.0.1:8080:80', '127.0.0.1:${GATEWAY_PORT:-8080}:80'],
  ['[::1]:8080:80', '[::1]:${GATEWAY_PORT:-8080}:80'], ['53:53/udp', '${GATEWAY_PORT:-53}:53/udp'], ['53:53/TCP', '${GATEWAY_PORT:-53}:53'],
]

for (const [text, expected] of written) {
  test(`the port of this machine in ${text} becomes a variable`, () => {
    const port = parsePort(text)
    assert.ok(port)
    assert.is(portText(port, 'GATEWAY_PORT'), expected)
  })
}

test('without the variable a port is what it was', () => {
  const number = fc.integer({ min: 1, max: 65535 })
  fc.assert(fc.property(fc.constantFrom('', '127.0.0.1:', '[::1]:'), number, number, fc.constantFrom('', '/udp'), (address, published, target, protocol) => {
    const text = `${address}${published}:${target}${protocol}`
    const port = parsePort(text)
    assert.ok(port)
    assert.is(withDefaults(portText(port, 'X')), text)
  }))
})

test.run()
