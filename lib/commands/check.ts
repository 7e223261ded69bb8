import { findProblems } from './check/find-problems.ts'
import { makingGoals, prepare } from './prepare.ts'
import { errorData, errorsIn, printErrors } from './run/print-errors.ts'
import type { Setting } from './setting.ts'
import { withRuntime } from './with-runtime.ts'

/** Prints every problem that can be known before compiling, all at once. @returns 0 where there is none */
export async function check(setting: Setting): Promise<number> {
  return withRuntime(setting, async runtime => {
    const notices = new Set<string>()
    const errors = await problems()
    const { json, quiet } = setting.options
    if (json) process.stdout.write(`${JSON.stringify({ problems: errors.map(errorData), notices: [...notices] }, null, 2)}\n`)
    else {
      if (!quiet) for (const notice of notices) process.stderr.write(`notice: ${notice}\n`)
      if (errors.length > 0) printErrors(errors)
      else if (!quiet) process.stdout.write('No problems found.\n')
    }
    return errors.length === 0 ? 0 : 1

    async function problems(): Promise<readonly unknown[]> {
      const emit = (event: { type: string; line?: string }): void => { if (event.type === 'notice' && event.line) notices.add(event.line) }
      try {
        return await findProblems(await prepare(setting, runtime, emit, makingGoals), { setting, runtime, emit, everything: true })
      } catch (error) {
        return errorsIn(error)
      }
    }
  })
}
