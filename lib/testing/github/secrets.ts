import type { IncomingMessage } from 'node:http'
import type { Parts } from './respond.ts'

/** All that nobody should see. */
export function secretsOf({ state }: Pick<Parts, 'state'>): readonly string[] {
  return [...state.tokens.keys()]
}

/** Where a request shows a secret: in its address, or in another header than the one for it. */
export function findSecrets(request: Pick<IncomingMessage, 'url' | 'headers'>, secrets: readonly string[], line: string): readonly string[] {
  const places = [['its address', decoded(request.url ?? '')] as const, ...Object.entries(request.headers).filter(([name]) => name !== 'authorization')]
  return places.filter(([, text]) => secrets.some(secret => forms(secret).some(form => String(text).includes(form)))).map(([place]) => `${line.split('?')[0]}: ${place} holds a token`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** As it is, in base64, and as an address has it. */
function forms(secret: string): readonly string[] {
  return [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)]
}
