import type { Links } from './call.ts'

/**
 * Where things are for who asks at a host. `api.github.localhost` has three names, as github.com has; elsewhere all is one
 * origin, below `/api/v3` for those who take it for a GitHub Enterprise Server.
 */
export function linksFor(host: string, path: string, storage: string): Links {
  const [, domain] = /^(?:api\.|uploads\.)?((?:.*\.)?github\.localhost(?::\d+)?)$/.exec(host) ?? []
  if (domain !== undefined) return { api: `http://api.${domain}`, web: `http://${domain}`, uploads: `http://uploads.${domain}`, storage }
  const web = `http://${host}`
  if (/^\/api\/(?:v3|uploads|graphql)(?:\/|$)/.test(path)) return { api: `${web}/api/v3`, web, uploads: `${web}/api/uploads`, storage }
  return { api: web, web, uploads: web, storage }
}
