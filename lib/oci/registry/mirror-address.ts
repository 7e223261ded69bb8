import { ReleaseError } from '../../values/errors.ts'
import type { Address } from './endpoint.ts'

/**
 * Where a mirror has a repository: `mirror.example`, `http://127.0.0.1:5000`, or with a prefix for its repositories,
 * `https://mirror.example/hub`.
 * @throws ReleaseError (USAGE) where it is no such address
 */
export function mirrorAddress(mirror: string, { host, repository }: Pick<Address, 'host' | 'repository'>): Address {
  const [, scheme, server, path = ''] = /^(?:(https?):\/\/)?((?:\[[\da-f:]+\]|[\w.-]+)(?::\d+)?)(\/[^?#@\s]*)?$/i.exec(mirror) ?? []
  if (server === undefined || !URL.canParse(`http://${server}`)) {
    // It may hold a password, so it is not shown.
    throw new ReleaseError(`Cannot use a mirror of ${host}: its address is none`, { code: 'USAGE', hint: 'Write it as mirror.example or http://127.0.0.1:5000, without a user name.' })
  }
  const prefix = path.replaceAll(/^\/+|\/+$/g, '')
  return {
    host: server.toLowerCase(), repository: prefix === '' ? repository : `${prefix}/${repository}`, mirrorOf: host,
    ...scheme !== undefined && { insecure: scheme.toLowerCase() === 'http' },
  }
}
