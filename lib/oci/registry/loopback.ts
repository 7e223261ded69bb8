/** Whether a host, with or without a port, means this machine: RFC 6761, "localhost"; RFC 1122, "127"; RFC 4291, "::1". */
export function isLoopback(host: string): boolean {
  const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host.toLowerCase()) ?? [host, host.toLowerCase()]
  return /^(?:(?:.*\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]?)$/.test(name)
}
