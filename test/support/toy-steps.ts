import type { Workshop, World } from '../../lib/contracts/workshop.ts'
import { effect, task } from '../../lib/graph/task.ts'
import type { Step } from '../../lib/graph/step.ts'
import type { Artifact } from '../../lib/values/artifact.ts'

export type Toy = Artifact<'toy'>

export interface ToyOptions {
  readonly slot?: 'cpu' | 'net'
  /** Inputs that are no array: a skipped one takes the step with it. */
  readonly only?: Step<Toy>
  readonly target?: `${string}/${string}`
  /** The name under which its memory is remembered. */
  readonly memory?: string
  /** Part of the input. */
  readonly text?: string
  readonly revision?: number
  readonly task?: string
  /** Part of the input that is no part of its identity. */
  readonly place?: Readonly<Record<string, string>>
}

/** Steps whose work a test decides. Each makes a text of its name and of the digests of what it was given. */
export interface Toys {
  step(name: string, inputs?: readonly Step<Toy>[], options?: ToyOptions): Step<Toy>
  deed(name: string, inputs?: readonly Step<Toy>[]): Step<Toy>
  /** What happens while the step of that name works. */
  on(name: string, act: (world: Workshop) => unknown): void
  /** What the step of that name sees outside. */
  sees(name: string, look: () => unknown): void
  /** `+name` as work begins, `-name` as it ends. */
  readonly log: string[]
  /** How often the work of that name began. */
  times(name: string): number
}

interface ToyInput {
  readonly name: string
  readonly of: readonly Toy[]
  readonly only?: Toy
  readonly target?: `${string}/${string}`
  readonly memory?: string
  readonly text?: string
  readonly where?: { readonly place: Readonly<Record<string, string>> }
}

export function toys(): Toys {
  const acts = new Map<string, (world: Workshop) => unknown>()
  const looks = new Map<string, () => unknown>()
  const log: string[] = []
  const outline = ({ name, target }: Pick<ToyInput, 'name' | 'target'>) => ({ kind: 'toy', name, ...(target ? { target } : {}) }) as const
  const work = async (input: ToyInput, world: Workshop) => {
    const { name, of, only, text = '' } = input
    log.push(`+${name}`)
    try {
      await acts.get(name)?.(world)
      const lines = [name, text, ...of.map(({ digest }) => digest), only?.digest ?? 'none']
      return await world.content.put([Buffer.from(lines.join('\n'))], 'text/plain')
    } finally {
      log.push(`-${name}`)
    }
  }
  const tasks = new Map<string, (input: object) => Step<Toy>>()
  const taskFor = ({ slot, revision = 1, task: called = 'toy' }: ToyOptions, seeing: boolean) => {
    const key = `${called} ${revision} ${slot} ${seeing}`
    const made = tasks.get(key) ?? task<ToyInput, Toy>({
      name: called, revision, outline, work, ...(slot ? { slot } : {}), memory: ({ memory }) => memory as string,
      depends: ({ memory: _memory, ...input }) => input,
      ...(seeing ? { observe: async ({ name }: ToyInput) => ({ value: await looks.get(name)?.() as string, reads: [] }) } : {}),
    }) as (input: object) => Step<Toy>
    tasks.set(key, made)
    return made
  }
  const deed = effect<ToyInput, Toy>({ name: 'deed', outline, perform: (input, world: World) => work(input, world) }) as (input: object) => Step<Toy>
  return {
    log,
    step: (name, inputs = [], { slot, revision, task: called, place, ...options } = {}) =>
      taskFor({ ...(slot ? { slot } : {}), ...(revision ? { revision } : {}), ...(called ? { task: called } : {}) }, looks.has(name))({
        name, of: inputs, ...(place ? { where: { place } } : {}), ...options,
      }),
    deed: (name, inputs = []) => deed({ name, of: inputs }),
    on: (name, act) => { acts.set(name, act) },
    sees: (name, look) => { looks.set(name, look) },
    times: name => log.filter(line => line === `+${name}`).length,
  }
}

/** A promise that a test settles. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined
  const passed = new Promise<void>(resolve => { open = resolve })
  return { passed, open }
}
