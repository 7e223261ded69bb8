import { ReleaseError } from '../values/errors.ts'

/**
 * A port as image configurations name it: `8080/tcp` for 8080, `53/udp` for `'53/udp'`.
 * @throws ReleaseError (USAGE)
 */
export function exposedPort(port: number | string): string {
  const [, number, protocol = 'tcp'] = /^([1-9]\d{0,4})(?:\/(tcp|udp|sctp))?$/i.exec(String(port)) ?? []
  if (number === undefined || Number(number) >= 2 ** 16) {
    throw new ReleaseError(`Cannot expose the port ${JSON.stringify(port)}: it is none`, {
      code: 'USAGE', hint: 'Write a number from 1 to 65535, or such a number and its protocol: \'53/udp\'.',
    })
  }
  return `${number}/${protocol.toLowerCase()}`
}
