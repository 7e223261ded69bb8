/** Errors are for whoever reads a log at night. @throws Error where one is none, says not what cannot be done, or not what to do about it */
export function requireRefusal(error: Error | undefined, when: string): void {
  if (!error) throw new Error(`${when}, no error is thrown`)
  if (!error.message.startsWith('Cannot ')) throw new Error(`${when}, an error says not what cannot be done: ${error.message}`, { cause: error })
  const { hint } = error as { readonly hint?: unknown }
  if (typeof hint !== 'string' || hint === '') throw new Error(`${when}, an error has no hint: ${error.message}`, { cause: error })
}
