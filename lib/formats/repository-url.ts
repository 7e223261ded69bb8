/**
 * Where people look at a repository, from what git calls it: `git@host.example:user/app.git`, `ssh://git@host.example:22/user/app`,
 * `git+https://host.example/user/app.git` are all `https://host.example/user/app`. Credentials are left out. Nothing for a
 * folder of this machine, and for all else that is no address.
 */
export function repositoryUrl(remote: string): string | undefined {
  const [, host, path] = /^(?:[\w.-]+@)?([a-z\d-]+(?:\.[a-z\d-]+)+):(?!\/\/)\/*(.+)$/i.exec(remote) ?? []
  const text = host === undefined ? remote.replace(/^git\+/, '') : `ssh://${host}/${path}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!/^(https?|ssh|git):$/.test(url.protocol) || url.hostname === '') return undefined
  const where = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '')
  // The port of SSH, or of git's own protocol, is none of the web server's.
  return /^https?:$/.test(url.protocol) ? `${url.origin}${where}` : `https://${url.hostname}${where}`
}
