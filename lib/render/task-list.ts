// The one file that knows listr2. It is loaded when there is something to draw: that costs a tenth of a second.
import {
  DefaultRenderer, figures, Listr, ListrDefaultRendererLogLevels as Level, ListrEventManager, ListrLogger, ListrTaskEventType, ListrTaskState,
  ProcessOutput, Spinner, type ListrRendererFactory, type ListrTaskObject,
} from 'listr2'
import type { Paint } from './paint.ts'
import type { Phase, Row } from './row.ts'
import type { Screen } from './screen.ts'

type Task = ListrTaskObject<unknown>

/** A line of the screen, and the lines that it unfolds. */
export interface Line {
  readonly id: string
  readonly state: Phase['state']
  readonly text: string
  readonly below: readonly Line[]
}

/** Redraws at most five times a second: listr2 would draw all of it for every change. */
const pace = 200

/**
 * The tasks of listr2 that stand for the rows of a run. The walk decides what happens: these tasks do nothing, each is only
 * put into the state of its row, and a renderer draws them as it draws any list of tasks.
 */
export class TaskList {
  readonly #pool: Listr<unknown, ListrRendererFactory>
  readonly #tasks = new Map<string, Task>()
  readonly #top: Task
  readonly #run: Promise<unknown>
  #end = (): void => undefined

  private constructor(renderer: ListrRendererFactory, rendererOptions: object) {
    const over = new Promise<void>(resolve => { this.#end = resolve })
    const options = { renderer, rendererOptions, exitOnError: false, registerSignalListeners: false }
    const list = new Listr<unknown, ListrRendererFactory>({ task: () => over }, options)
    this.#top = list.tasks[0] as Task
    this.#pool = new Listr<unknown, ListrRendererFactory>([], options, this.#top as never)
    this.#run = list.run()
  }

  /** Tells of each change, by the row's id. */
  static plain(tell: (id: string) => void): TaskList {
    return new TaskList(PlainRenderer, { tell })
  }

  /** Draws what was last unfolded; tells when it is about to. */
  static terminal(screen: Screen, paint: Paint, beforeDrawing: () => void): TaskList {
    return new TaskList(TerminalRenderer, { screen, paint, beforeDrawing })
  }

  /** Puts the task of a row into the row's state. */
  show({ id, group, title, phase }: Row): void {
    const kind = this.#task(`kind ${group}`, group, this.#top)
    this.#task(id, title, kind).state$ = states[phase.state]
  }

  /** Says what is to be drawn. */
  unfold(lines: readonly Line[], parent = this.#top): void {
    parent.subtasks = lines.map(({ id, state, text, below }) => {
      const task = this.#task(id, text, parent)
      task.title = text
      if (task.state !== states[state]) task.state$ = states[state]
      this.unfold(below, task)
      return task
    })
  }

  /** Draws for the last time: that stays. */
  async close(): Promise<void> {
    await checked()
    this.#end()
    await this.#run
  }

  #task(id: string, title: string, parent: Task): Task {
    const earlier = this.#tasks.get(id)
    if (earlier) return earlier
    this.#pool.add({ title, task: () => undefined, rendererOptions: { id, outputBar: false } })
    const task = this.#pool.tasks.at(-1) as Task
    this.#tasks.set(id, task)
    void task.check(undefined)
    parent.emit(ListrTaskEventType.SUBTASK, [task])
    return task
  }
}

/** Tasks are drawn only when they were checked, which listr2 does a moment after it is asked. */
async function checked(): Promise<void> {
  await Promise.resolve()
}

const states: Readonly<Record<Phase['state'], ListrTaskState>> = {
  waiting: ListrTaskState.WAITING, running: ListrTaskState.STARTED, made: ListrTaskState.COMPLETED, cached: ListrTaskState.COMPLETED,
  skipped: ListrTaskState.SKIPPED, cancelled: ListrTaskState.SKIPPED, failed: ListrTaskState.FAILED,
}

/** Says which task changed, and draws nothing. */
class PlainRenderer {
  static readonly nonTTY = true
  static readonly rendererOptions = {}
  static readonly rendererTaskOptions = {}
  readonly #tasks: readonly Task[]
  readonly #tell: (id: string) => void

  constructor(tasks: readonly Task[], { tell }: { tell?: (id: string) => void }) {
    this.#tasks = tasks
    this.#tell = tell ?? (() => undefined)
  }

  render = (): void => { this.#watch(this.#tasks) }
  end = (): void => undefined

  #watch = (tasks: readonly Task[]): void => {
    for (const task of tasks) {
      const { id } = (task.rendererTaskOptions ?? {}) as { id?: string }
      task.on(ListrTaskEventType.SUBTASK, this.#watch)
      if (id !== undefined) task.on(ListrTaskEventType.STATE, () => { this.#tell(id) })
    }
  }
}

interface TerminalOptions {
  readonly screen: Screen
  readonly paint: Paint
  readonly beforeDrawing: () => void
}

/** listr2's own renderer, which draws when the clock says so and never for an event. */
class TerminalRenderer {
  static readonly nonTTY = true
  static readonly rendererOptions = {}
  static readonly rendererTaskOptions = {}
  readonly #drawer: DefaultRenderer
  readonly #prepare: () => Promise<void>

  constructor(tasks: readonly Task[], { screen, paint, beforeDrawing }: TerminalOptions) {
    this.#prepare = async () => {
      screen.flush()
      beforeDrawing()
      await checked()
    }
    this.#drawer = new DefaultRenderer(tasks as never, {
      formatOutput: 'truncate', spinner: new Clock(this.#prepare), ...style(paint),
      logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ScreenOutput(screen) }),
    }, new ListrEventManager())
  }

  render = async (): Promise<void> => {
    await this.#drawer.render()
    await this.#prepare()
    this.#drawer.update()
  }

  end = (): void => { this.#drawer.end() }
}

/** listr2 redraws with every turn of its spinner. */
class Clock extends Spinner {
  readonly #prepare: () => Promise<void>

  constructor(prepare: () => Promise<void>) {
    super()
    this.#prepare = prepare
  }

  override start(draw?: () => void): void {
    super.start(() => { void this.#prepare().then(draw) }, pace)
  }
}

/** listr2 would keep back what else is printed, and copy the size of the terminal once. */
class ScreenOutput extends ProcessOutput {
  readonly #screen: Screen

  constructor(screen: Screen) {
    super(screen.stream, screen.stream)
    this.#screen = screen
  }

  override get stdout(): NodeJS.WriteStream { return this.#screen.stream }
  override hijack(): void { this.#screen.take() }
  override release(): void { this.#screen.release() }
  override toStdout(text: string): boolean {
    this.#screen.conclude(text)
    return true
  }
}

function style(paint: Paint) {
  const plain = Object.values(Level).map(level => [level, (text = '') => text] as const)
  const colored = { PENDING: 'yellow', COMPLETED: 'green', FAILED: 'red', FAILED_WITH_SUBTASKS: 'red', SKIPPED_WITH_COLLAPSE: 'yellow', WAITING: 'dim' } as const
  return {
    icon: { [Level.WAITING]: '·', [Level.FAILED_WITH_FAILED_SUBTASKS]: figures.cross },
    color: { ...Object.fromEntries(plain), ...Object.fromEntries(Object.entries(colored).map(([level, color]) => [level, (text = '') => paint(color, text)])) },
  }
}
