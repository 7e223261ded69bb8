// Draws a goal of a project's own on standard error: npx tsx draw-chore.ts <file>; it goes on until the file is there.
import { access } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { createRenderer } from '../../../lib/render.ts'

const [file = ''] = process.argv.slice(2)
const renderer = await createRenderer({ output: process.stderr, quiet: false, verbose: false, environment: process.env })
renderer.chore('lint', { type: 'begin' })
for (let line = 1; line <= 30; line += 1) renderer.chore('lint', { type: 'log', line: `looked at package ${line}\u001B[2A\r` })
for (let waits = 0; waits < 5000 && !await access(file).then(() => true, () => false); waits += 1) await setTimeout(20)
console.log('printed by the project itself')
process.stderr.write('without an end')
renderer.chore('lint', { type: 'log', line: 'looked at everything' })
renderer.chore('lint', { type: 'end' })
await renderer.finish()
console.log('over')
