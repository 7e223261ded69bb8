import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from '../../contracts/http.ts'

const longestBody = 1 << 16
const longestWords = 300

/**
 * An answer in words: `404 Not Found, MANIFEST_UNKNOWN: manifest unknown`. What a registry says as JSON (OCI distribution
 * specification 1.1, "error codes"), the title of a page, or the first line of a text.
 */
export async function answerWords(response: HttpResponse): Promise<string> {
  const text = await beginning(response)
  const said = inJson(text) ?? (/^\s*</.test(text) ? inPage(text) : text.trim().split('\n')[0]) ?? ''
  const status = `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim()
  // What comes from there is printed in a terminal.
  const words = said.replaceAll(/[\p{C}\s]+/gu, ' ').trim()
  return words === '' ? status : `${status}, ${words.length > longestWords ? `${words.slice(0, longestWords)}...` : words}`
}

async function beginning({ body }: HttpResponse): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of body) {
      parts.push(part)
      size += part.length
      if (size > longestBody) break
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(parts).toString('utf8')
}

interface Said {
  readonly errors?: readonly { readonly code?: unknown, readonly message?: unknown, readonly detail?: unknown }[]
  readonly message?: unknown
  readonly error_description?: unknown
  readonly details?: unknown
  readonly error?: unknown
}

function inJson(text: string): string | undefined {
  try {
    const said = JSON.parse(text) as Said | null
    if (typeof said !== 'object' || said === null) return undefined
    if (!Array.isArray(said.errors)) return [said.message, said.error_description, said.details, said.error].find(one => typeof one === 'string')
    return (said.errors as NonNullable<Said['errors']>).map(oneError).join('; ')
  } catch {
    return undefined
  }
}

function oneError({ code, message, detail }: NonNullable<Said['errors']>[number]): string {
  return [code, message, typeof detail === 'string' ? detail : undefined].filter(part => typeof part === 'string' && part !== '').join(': ')
}

/** A proxy, a login or a parking page. */
function inPage(text: string): string {
  const [, title] = /<title[^>]*>([^<]*)/i.exec(text) ?? []
  return `a page${title?.trim() ? ` named "${title.trim()}"` : ''}`
}
