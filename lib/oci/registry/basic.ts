import type { Credential } from '../../contracts/credential.ts'

/** The Authorization header of RFC 7617; undefined for what is no user name and password. */
export function basic(credential: Credential): string | undefined {
  if (!('username' in credential)) return undefined
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`
}
