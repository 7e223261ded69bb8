import { inspect } from 'node:util'
import { secretsIn } from './secret-forms.ts'

/** All that runs have said: log lines, notices, reports, receipts, problems, errors with their causes, arguments of programs. */
export interface Said {
  /** @param by what said it, for the error */
  hear(by: string, what: unknown): void
  /** @throws Error that says who gave a secret away, and not which */
  requireSecrecy(secrets: readonly string[]): void
}

export function hearing(): Said {
  const heard: { readonly by: string, readonly text: string }[] = []
  return {
    hear: (by, what) => { heard.push({ by, text: typeof what === 'string' ? what : inspect(what, { depth: 20, maxArrayLength: null, maxStringLength: null }) }) },
    requireSecrecy: secrets => {
      const loose = heard.filter(({ text }) => secretsIn(text, secrets).length > 0)
      if (loose.length > 0) throw new Error(`secrets are given away by ${[...new Set(loose.map(({ by }) => by))].join(', ')}`)
    },
  }
}
