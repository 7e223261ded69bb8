import { readFile } from 'node:fs/promises'
import type { Credential } from '../contracts/credential.ts'
import { ReleaseError } from '../values/errors.ts'

/** What `docker login` and `podman login` leave behind: Docker's config.json, "credential helpers", "credentials store". */
export interface DockerConfig {
  readonly file: string
  /** The helper for one host alone: `ecr-login`. */
  helperOf(host: string): string | undefined
  /** What the file itself holds. @throws ReleaseError (CREDENTIALS) where it cannot be read */
  credentialOf(host: string): Credential | undefined
  /** Whether somebody logged in there, wherever the credential is kept. */
  mentions(host: string): boolean
  /** The helper for all hosts: `desktop`. */
  readonly store: string | undefined
}

interface Entry {
  readonly auth?: unknown
  readonly username?: unknown
  readonly password?: unknown
  readonly identitytoken?: unknown
}

/**
 * Reads the file; undefined where there is none. None of it is ever part of an error.
 * @throws ReleaseError (CREDENTIALS) where it cannot be read, or is not such a file
 */
export async function readDockerConfig(file: string): Promise<DockerConfig | undefined> {
  const text = await readText(file)
  if (text === undefined) return undefined
  const { auths, credHelpers, credsStore } = parsed(text, file)
  const entryOf = (host: string): Entry | undefined =>
    Object.entries(objectIn(auths)).find(([key]) => hostOf(key) === host)?.[1] as Entry | undefined
  return {
    file,
    helperOf: host => textIn(Object.entries(objectIn(credHelpers)).find(([key]) => hostOf(key) === host)?.[1]),
    credentialOf: host => credentialIn(entryOf(host), host, file),
    mentions: host => entryOf(host) !== undefined,
    store: textIn(credsStore),
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(file, code === 'EACCES' ? 'the permission is missing' : `the system says ${code}`)
  }
}

function parsed(text: string, file: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // What JSON.parse says quotes the file.
  }
  throw unreadable(file, 'it is no JSON object')
}

/** A key is a host, or a URL as Docker wrote it for its first registries; a path of Podman's names one repository alone. */
function hostOf(key: string): string | undefined {
  const [, host, path = ''] = /^(?:https?:\/\/)?([^/]+)(\/.*)?$/i.exec(key) ?? []
  if (!/^(\/|\/v[12]\/?)?$/.test(path)) return undefined
  const name = host?.toLowerCase()
  return name === 'index.docker.io' || name === 'registry-1.docker.io' ? 'docker.io' : name
}

function credentialIn(entry: Entry | undefined, host: string, from: string): Credential | undefined {
  const token = textIn(entry?.identitytoken)
  if (token !== undefined) return { identityToken: token, from }
  const [username, password] = [textIn(entry?.username), textIn(entry?.password)]
  if (username !== undefined && password !== undefined) return { username, password, from }
  const auth = textIn(entry?.auth)
  return auth === undefined ? undefined : decoded(auth, host, from)
}

function decoded(auth: string, host: string, from: string): Credential {
  const [, username, password] = /^([^:]+):([\s\S]+)$/.exec(Buffer.from(auth, 'base64').toString()) ?? []
  if (username === undefined || password === undefined) throw unreadable(from, `the entry of ${host} holds no user name and password`)
  // Docker fills it up with zeros.
  return { username, password: password.replace(/\0+$/, ''), from }
}

function objectIn(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function unreadable(file: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot read the credentials in ${file}: ${why}`, {
    code: 'CREDENTIALS', hint: 'Correct the file, or log in again with docker login.',
  })
}
