export interface PublicPlace {
  readonly repository: string
  /** `https://api.github.com` */
  readonly baseUrl: string
  readonly tag: string
}

/** Where a file of a public release is downloaded by everybody: beside `api.github.com` lies `github.com`, below a server's `/api/v3` the server. */
export function publicUrl({ repository, baseUrl, tag }: PublicPlace): (name: string) => string {
  const url = new URL(baseUrl)
  const web = `${url.protocol}//${url.host.replace(/^api\./, '')}`
  return name => `${web}/${repository}/releases/download/${encodeURIComponent(tag)}/${encodeURIComponent(name)}`
}
