import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'

/** A real terminal of a given size that one program runs in. */
export interface Terminal {
  /** A folder that is gone with the terminal. */
  readonly folder: string
  /** Its lines as they are seen, without the empty ones at the end; with colours, where they are asked for. */
  lines(colors?: boolean): Promise<readonly string[]>
  /** Waits for lines that fit. @throws Error with what is on the screen, where none come */
  until(fits: (lines: readonly string[]) => boolean): Promise<readonly string[]>
  press(key: string): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  cursorIsSeen(): Promise<boolean>
  close(): Promise<void>
}

export interface TerminalOptions {
  readonly columns: number
  readonly rows: number
  /** A script of TypeScript and its arguments; `{folder}` becomes the terminal's folder. */
  readonly script: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Starts a script in tmux; at its end the terminal shows `exit <code>`. */
export async function openTerminal({ columns, rows, script, environment = {} }: TerminalOptions): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-terminal-'))
  await writeFile(join(folder, 'tmux.conf'), 'set -g status off\nset -g escape-time 0\n')
  const { CI: _ci, NO_COLOR: _never, FORCE_COLOR: _always, TMUX: _outer, ...inherited } = process.env
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const all = ['-S', join(folder, 'socket'), '-f', join(folder, 'tmux.conf'), ...args]
    return (await promisify(execFile)('tmux', all, { env: { ...inherited, ...environment, LC_ALL: 'C.UTF-8' } })).stdout
  }
  const words = [process.execPath, '--import', 'tsx', ...script].map(word => `'${word.replace('{folder}', folder)}'`)
  const close = async (): Promise<void> => {
    await tmux('kill-server').catch(() => undefined)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), `${words.join(' ')}; echo "exit $?"; exec sleep 100`)
  } catch (error) {
    await close()
    throw error
  }
  const lines = async (colors = false): Promise<readonly string[]> =>
    (await tmux('capture-pane', '-p', ...(colors ? ['-e'] : []))).trimEnd().split('\n')
  return {
    folder, lines,
    until: async fits => {
      for (let tries = 0; tries < 600; tries += 1) {
        const seen = await lines()
        if (fits(seen)) return seen
        await setTimeout(50)
      }
      throw new Error(`the terminal never showed what was expected:\n${(await lines()).join('\n')}`)
    },
    press: async key => { await tmux('send-keys', key) },
    resize: async (width, height) => { await tmux('resize-window', '-x', String(width), '-y', String(height)) },
    cursorIsSeen: async () => (await tmux('display-message', '-p', '#{cursor_flag}')).trim() === '1', close,
  }
}
