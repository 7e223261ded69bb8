import type { Display } from './render/display.ts'
import { paintFor } from './render/paint.ts'
import { Progress } from './render/progress.ts'
import { RunRenderer } from './render/run-renderer.ts'
import type { Renderer, RendererOptions } from './renderer.ts'

/** Draws a run: live on a terminal, one plain line as a step starts and one as it ends elsewhere. */
export async function createRenderer(options: RendererOptions): Promise<Renderer> {
  const { quiet, verbose } = options
  const progress = new Progress()
  return new RunRenderer({ progress, display: await displayOf(options, progress), quiet, verbose })
}

/** Only the display that is used is loaded: start is imports. */
async function displayOf(options: RendererOptions, progress: Progress): Promise<Display> {
  const { output, quiet, verbose, environment } = options
  const live = isTerminal(options) && !quiet
  const paint = paintFor(environment, live)
  if (live) return new (await import('./render/terminal-display.ts')).TerminalDisplay(output, progress, paint)
  const { PlainDisplay } = await import('./render/plain-display.ts')
  const write = (line: string): void => { output.write(`${line}\n`) }
  if (environment['GITHUB_ACTIONS'] !== 'true') return new PlainDisplay({ progress, print: write, quiet, verbose, paint })
  const { print, finish } = (await import('./render/github-log.ts')).githubLog(progress, write)
  return new PlainDisplay({ progress, print, finish, quiet, verbose, paint })
}

/** Whether lines can be drawn again: some CI systems say that they have a terminal, and keep what it gets as a log. */
function isTerminal({ output, environment }: RendererOptions): boolean {
  const { CI: ci = '', TERM: term } = environment
  return output.isTTY && output.columns > 0 && ['', '0', 'false'].includes(ci) && term !== 'dumb'
}
