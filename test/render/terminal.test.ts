import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../support/needs.ts'
import { openTerminal, type Terminal, type TerminalOptions } from './support/open-terminal.ts'

const release = fileURLToPath(new URL('support/draw-sample.ts', import.meta.url))
const chore = fileURLToPath(new URL('support/draw-chore.ts', import.meta.url))

/** Every line that a drawing has begins with a mark: a line that was broken into two does not. */
const drawn = /^(?:notice: .*|(?: {2})?[·❯✔✖↓⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] \S.*)$/
const wide = { columns: 80, rows: 24 }
const narrow = { columns: 60, rows: 12 }

async function inTerminal(options: TerminalOptions, act: (terminal: Terminal) => Promise<void>): Promise<void> {
  const terminal = await openTerminal(options)
  try {
    await act(terminal)
  } finally {
    await terminal.close()
  }
}

/** All at once: a file that is still empty would say that the step went well. */
async function tell(terminal: Terminal, step: string, what = ''): Promise<void> {
  await writeFile(join(terminal.folder, `${step}.new`), what)
  await rename(join(terminal.folder, `${step}.new`), join(terminal.folder, step))
}

function shows(text: string): (lines: readonly string[]) => boolean {
  return lines => lines.some(line => line.includes(text))
}

function requireWhole(lines: readonly string[], rows: number): void {
  assert.equal(lines.filter(line => !drawn.test(line)), [])
  assert.ok(lines.length < rows, 'a line is left for the cursor')
}

const timeless = (lines: readonly string[]): readonly string[] => lines.map(line => line.replaceAll(/\d+(?:\.\d)? s\b/g, '<time>'))

needs('tmux')('kinds unfold what runs and what failed, fit the screen at every size, and stay as one line each', () =>
  inTerminal({ ...wide, script: [release, '{folder}', '10'] }, async terminal => {
    requireWhole(await terminal.until(shows('windows/amd64')), wide.rows)
    assert.not(await terminal.cursorIsSeen())
    await tell(terminal, 'binary-linux-386', 'fail')
    await tell(terminal, 'binary-linux-amd64')
    const seen = await terminal.until(lines => shows('✖ linux/386')(lines) && shows('archive 0/10, 1 cancelled')(lines))
    requireWhole(seen, wide.rows)
    assert.match(seen.join('\n'), /❯ binary 1\/10, 1 failed\n {2}\S darwin\/amd64 {3}\d+ s of about 12 s\n/)

    await terminal.resize(narrow.columns, narrow.rows)
    requireWhole(await terminal.until(lines => shows('more')(lines) && shows('· publish 0/1')(lines)), narrow.rows)
    await terminal.resize(wide.columns, wide.rows)
    await terminal.until(shows('✖ linux/386'))

    await tell(terminal, 'all')
    const last = timeless(await terminal.until(shows('exit')))
    assert.equal(last.slice(last.findIndex(line => line.includes('binary'))), [
      '✖ binary 9/10, 1 failed, <time>',
      '  ✖ linux/386: Cannot make binary linux/386: the reason is long the reason is…',
      '↓ archive 9/10, 1 cancelled, <time>',
      '↓ stage at directory dist 9/10, 1 cancelled',
      '↓ publish 0/1, 1 cancelled',
      'over',
      'exit 0',
    ])
    assert.ok(await terminal.cursorIsSeen())
  }))

needs('tmux')('a run that is interrupted leaves the terminal clean', () =>
  inTerminal({ ...narrow, script: [release, '{folder}', '10'] }, async terminal => {
    requireWhole(await terminal.until(shows('and 4 more')), narrow.rows)
    await terminal.press('C-c')
    const last = await terminal.until(shows('exit'))
    assert.equal(timeless(last), [
      '↓ binary 0/10, 10 cancelled, <time>', '↓ archive 0/10, 10 cancelled', '↓ stage at directory dist 0/10, 10 cancelled',
      '↓ publish 0/1, 1 cancelled', 'stopped', 'exit 130',
    ])
    assert.ok(await terminal.cursorIsSeen())
  }))

needs('tmux')('a run that ends in the middle shows the cursor again', () =>
  inTerminal({ ...narrow, script: [release, '{folder}', '9', 'stubborn'] }, async terminal => {
    await terminal.until(shows('and 3 more'))
    assert.not(await terminal.cursorIsSeen())
    await terminal.press('C-c')
    await terminal.until(shows('binary 0/10, 1 cancelled'))
    await terminal.press('C-c')
    await terminal.until(shows('exit 130'))
    assert.ok(await terminal.cursorIsSeen())
  }))

needs('tmux')('what a goal prints scrolls by above its row, however it prints it', () =>
  inTerminal({ ...narrow, script: [chore, join('{folder}', 'go')] }, async terminal => {
    const seen = await terminal.until(lines => /^\S lint {2}\d s$/.test(lines.at(-1) ?? ''))
    assert.equal(seen.slice(0, -1), Array.from({ length: 10 }, (_, index) => `  lint | looked at package ${index + 21}`))
    await tell(terminal, 'go')
    assert.equal(timeless(await terminal.until(shows('exit'))).slice(-7), [
      '  lint | looked at package 30', 'printed by the project itself', '  lint | looked at everything', 'without an end', '✔ lint, <time>', 'over', 'exit 0',
    ])
    assert.ok(await terminal.cursorIsSeen())
  }))

for (const [variable, value, colorful] of [['TERM_PROGRAM', 'any', true], ['NO_COLOR', '1', false], ['FORCE_COLOR', '0', false]] as const) {
  needs('tmux')(`marks have ${colorful ? 'colours' : 'no colours'} with ${variable}=${value}`, () =>
    inTerminal({ ...wide, script: [release, '{folder}', '2'], environment: { [variable]: value } }, async terminal => {
      await terminal.until(shows('· publish'))
      assert.is((await terminal.lines(true)).join('\n').includes('\u001B['), colorful)
    }))
}

test.run()
