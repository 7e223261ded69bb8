import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { secretForms } from '../../../lib/values/secret-forms.ts'

/** Bytes that a file may have once it is unpacked. */
const largest = 1 << 28
/** Shorter forms are in every large file by chance. */
const shortest = 8

export type Secrets = Readonly<Record<string, string>>

/** Where a text, or bytes, give a secret away, by the secret's name: never the secret itself. */
export function secretsShown(secrets: Secrets, bytes: Uint8Array | string, where: string): readonly string[] {
  const text = Buffer.from(bytes)
  return Object.entries(secrets).filter(([, secret]) => formsOf(secret).some(form => text.includes(form))).map(([name]) => `${name} is in ${where}`)
}

/** The same of every file below a folder, of its name, and of what it is a compressed form of. */
export async function secretsBelow(secrets: Secrets, folder: string): Promise<readonly string[]> {
  const paths = (await readdir(folder, { recursive: true })).sort()
  const found: string[] = []
  for (const path of paths) {
    found.push(...secretsShown(secrets, path, 'the name of a file'))
    const file = join(folder, path)
    const stat = await lstat(file).catch(() => undefined)   // what runs still may be gone by now
    if (stat?.isSymbolicLink()) found.push(...secretsShown(secrets, await readlink(file), path))
    if (!stat?.isFile()) continue
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    found.push(...secretsShown(secrets, bytes, path), ...unpacked(bytes).flatMap(inner => secretsShown(secrets, inner, `${path}, unpacked`)))
  }
  return found
}

function unpacked(bytes: Buffer): readonly Buffer[] {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return []
  try {
    return [gunzipSync(bytes, { maxOutputLength: largest })]
  } catch {
    return []
  }
}

const forms = new Map<string, readonly Buffer[]>()

function formsOf(secret: string): readonly Buffer[] {
  const known = forms.get(secret) ?? secretForms(secret).filter(form => form === secret || form.length >= shortest).map(form => Buffer.from(form))
  forms.set(secret, known)
  return known
}
