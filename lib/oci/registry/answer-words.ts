import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from '../../contracts/http.ts'

const longestBody = 1 << 16
const longestWords = 300

export interface AnswerWords {
  /** `404 Not Found, MANIFEST_UNKNOWN: manifest unknown` */
  readonly text: string
  /** `MANIFEST_UNKNOWN`: OCI distribution specification 1.1, "error codes". */
  readonly codes: readonly string[]
}

/**
 * An answer in words: what a registry says as JSON, the title of a page, or the first line of a text; and the codes of errors
 * that it names.
 * @param hide takes out what is not to be shown, before the text is shortened
 */
export async function answerWords(response: HttpResponse, hide: (text: string) => string = text => text): Promise<AnswerWords> {
  const body = await beginning(response)
  const json = parsed(body)
  const said = (json && inJson(json)) ?? (/^\s*</.test(body) ? inPage(body) : body.trim().split('\n')[0]) ?? ''
  return { text: wordsOf(response.status, said, hide), codes: errorsIn(json).flatMap(({ code }) => typeof code === 'string' ? [hide(code)] : []) }
}

function wordsOf(code: number, said: string, hide: (text: string) => string): string {
  const status = `${code} ${STATUS_CODES[code] ?? ''}`.trim()
  // What comes from there is printed in a terminal.
  const words = hide(hide(said).replaceAll(/[\p{C}\s]+/gu, ' ').trim())
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
  readonly errors?: unknown
  readonly message?: unknown
  readonly error_description?: unknown
  readonly details?: unknown
  readonly error?: unknown
}

interface SaidError {
  readonly code?: unknown
  readonly message?: unknown
  readonly detail?: unknown
}

function parsed(text: string): Said | undefined {
  try {
    const said = JSON.parse(text) as Said | null
    return typeof said === 'object' && said !== null ? said : undefined
  } catch {
    return undefined
  }
}

function inJson(said: Said): string | undefined {
  if (Array.isArray(said.errors)) return errorsIn(said).map(oneError).join('; ')
  return [said.message, said.error_description, said.details, said.error].find(one => typeof one === 'string')
}

function errorsIn(said: Said | undefined): readonly SaidError[] {
  const errors: readonly unknown[] = Array.isArray(said?.errors) ? said.errors : []
  return errors.filter((one): one is SaidError => typeof one === 'object' && one !== null)
}

function oneError({ code, message, detail }: SaidError): string {
  return [code, message, typeof detail === 'string' ? detail : undefined].filter(part => typeof part === 'string' && part !== '').join(': ')
}

/** A proxy, a login or a parking page. */
function inPage(text: string): string {
  const [, title] = /<title[^>]*>([^<]*)/i.exec(text) ?? []
  return `a page${title?.trim() ? ` named "${title.trim()}"` : ''}`
}
