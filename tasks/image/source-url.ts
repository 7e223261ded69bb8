/** `github.com/example/gateway/v2` stands in the repository https://github.com/example/gateway. */
export function sourceUrl(module: string): string | undefined {
  const [host = '', owner, name] = module.split('/')
  return ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'].includes(host) && owner && name ? `https://${host}/${owner}/${name}` : undefined
}
