/**
 * The REST API of the GitHub that a container registry belongs to: ghcr.io, and `containers.` before a subdomain of ghe.com. Undefined for
 * others; which server of their own a `containers.` belongs to, nobody can tell.
 */
export function githubApiOf(host: string): string | undefined {
  if (host === 'ghcr.io') return 'https://api.github.com'
  const [, subdomain] = /^containers\.([a-z0-9-]+\.ghe\.com)$/.exec(host) ?? []
  return subdomain === undefined ? undefined : `https://api.${subdomain}`
}
