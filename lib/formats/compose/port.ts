/** A port of a container, and where it is reached: compose specification, "ports", short syntax, without ranges. */
export interface Port {
  /** The address that it is reached at, `127.0.0.1`; every one where it is absent. */
  readonly address?: string
  /** The port that it is reached at; any free one where it is absent. */
  readonly published?: number
  /** The port in the container. */
  readonly target: number
  readonly protocol: 'tcp' | 'udp'
}

const form = /^(?:(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\]):)?(\d{1,5}):)?(\d{1,5})(?:\/(tcp|udp))?$/i

/** Reads `8080:8080`, `127.0.0.1:53:53/udp`; undefined for what is none. */
export function parsePort(text: string): Port | undefined {
  const [whole, address, published, target, protocol = 'tcp'] = form.exec(text) ?? []
  const numbers = [published, target].filter(one => one !== undefined).map(Number)
  if (whole === undefined || !numbers.every(port => port > 0 && port < 2 ** 16)) return undefined
  return {
    ...address !== undefined && { address }, ...published !== undefined && { published: Number(published) },
    target: Number(target), protocol: protocol.toLowerCase() as Port['protocol'],
  }
}

/** The short syntax, with a variable for the port it is reached at: `${GATEWAY_PORT:-8080}:8080`. */
export function portText({ address, published, target, protocol }: Port, variable: string): string {
  const reached = published === undefined ? '' : `\${${variable}:-${published}}:`
  return `${address === undefined ? '' : `${address}:`}${reached}${target}${protocol === 'tcp' ? '' : `/${protocol}`}`
}
