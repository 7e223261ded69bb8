import type { Observer } from '../contracts/workshop.ts'

/** What programs print about their versions; each is asked once in a run. */
export async function toolVersions(observer: Observer, tools: readonly (readonly string[])[]): Promise<readonly string[]> {
  return Promise.all(tools.map(([program = '', ...args]) => observer.once(`version ${[program, ...args].join(' ')}`, async () => {
    const { stdout, stderr } = await observer.exec(program, args, { cwd: observer.place.root })
    return (stdout || stderr).trim()
  })))
}
