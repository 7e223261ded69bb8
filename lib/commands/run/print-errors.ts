import { inert } from '../../render/github-command.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Json } from '../../values/json.ts'

/** The errors that were thrown, where several were thrown as one. */
export function errorsIn(thrown: unknown): readonly unknown[] {
  return thrown instanceof AggregateError ? thrown.errors.flatMap(errorsIn) : [thrown]
}

/** 0 without errors, 2 where all of them are the command line's or build.ts' own, else 1. */
export function exitCodeFor(errors: readonly unknown[]): number {
  if (errors.length === 0) return 0
  return errors.every(error => error instanceof ReleaseError && error.code === 'USAGE') ? 2 : 1
}

/** Prints what went wrong on standard error: each error once, a tool's own output below it, once. */
export function printErrors(errors: readonly unknown[], json = false): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ errors: errors.map(errorData) }, null, 2)}\n`)
    return
  }
  const text = errors.map(errorText).join('\n')
  process.stderr.write(`${process.env['GITHUB_ACTIONS'] === 'true' ? inert(text) : text}\n`)
}

/** An error as text: what, why, what to do, and what the tool said. */
export function errorText(error: unknown): string {
  if (!(error instanceof ReleaseError)) return error instanceof Error ? error.stack ?? error.message : String(error)
  return [error.message, ...(error.hint ? [`  ${error.hint}`] : []), ...(error.output ? [indent(error.output)] : [])].join('\n')
}

/** An error as data. */
export function errorData(error: unknown): { readonly [key: string]: Json } {
  if (!(error instanceof ReleaseError)) return { code: 'UNKNOWN', message: error instanceof Error ? error.message : String(error) }
  const { code, message, hint, output } = error
  return { code, message, ...(hint ? { hint } : {}), ...(output ? { output } : {}) }
}

function indent(text: string): string {
  return text.trimEnd().split('\n').map(line => `    | ${line}`).join('\n')
}
