import type { Credentials } from '../../contracts/credential.ts'
import type { Http } from '../../contracts/http.ts'
import { type Ask, createAsk } from './ask.ts'
import { createAuthorization } from './authorization.ts'
import { createExchange } from './exchange.ts'
import { isLoopback } from './loopback.ts'
import type { Patience } from './patience.ts'

/** One repository of one registry, as it is reached. */
export interface Endpoint {
  /** What errors call it: `registry.example/app`. */
  readonly name: string
  /** As it is written: `docker.io`. */
  readonly host: string
  readonly repository: string
  /** Whether it stands in for another registry. */
  readonly mirror: boolean
  readonly ask: Ask
  readonly patience: Patience
  readonly log: (line: string) => void
  /** The address of `blobs/sha256:...`, `tags/list?n=100` and the like. */
  url(path: string): string
}

export interface EndpointParts {
  readonly http: Http
  readonly credentials: Credentials
  readonly patience: Patience
  readonly log: (line: string) => void
}

export interface Address {
  readonly host: string
  readonly repository: string
  /** Plain HTTP: true, false, or by the host where it is absent. */
  readonly insecure?: boolean | undefined
  /** The registry that it stands in for, as it is written. */
  readonly mirrorOf?: string
}

/** A repository behind its API: OCI distribution specification 1.1. Plain HTTP is for this machine alone unless told. */
export function createEndpoint({ host, repository, insecure, mirrorOf }: Address, { http, credentials, patience, log }: EndpointParts): Endpoint {
  const server = host === 'docker.io' ? 'registry-1.docker.io' : host   // where Docker Hub really answers
  const base = `${insecure ?? isLoopback(server) ? 'http' : 'https'}://${server}`
  const exchange = createExchange({ http, patience, log })
  const authorization = createAuthorization({ host, base, credentials, exchange })
  // A pull-through cache for several registries is told which one is meant, as containerd does.
  const suffix = mirrorOf === undefined ? '' : `ns=${mirrorOf}`
  return {
    name: `${host}/${repository}`, host, repository, mirror: mirrorOf !== undefined, patience, log,
    ask: createAsk({ host, base, exchange, authorization }),
    url: path => [`${base}/v2/${repository}/${path}`, ...suffix === '' ? [] : [path.includes('?') ? '&' : '?', suffix]].join(''),
  }
}
