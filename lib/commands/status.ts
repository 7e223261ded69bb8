import type { Outcomes } from '../graph/walk.ts'
import { walk } from '../graph/walk.ts'
import type { Runtime } from '../runtime.ts'
import { mainGoals, prepareOnly, type Unplanned } from './prepare.ts'
import { printProbes, probeData, type Words } from './publish/print-probes.ts'
import { probeAll } from './publish/probes.ts'
import type { Setting } from './setting.ts'
import { withRuntime } from './with-runtime.ts'

const words: Words = {
  absent: 'absent', staged: 'staged', public: 'public', same: 'public, the same', different: 'DIFFERENT', unknown: 'cannot be told',
}

/**
 * Shows what each destination has of a version. What this commit's own release has is held against it, where the cache knows it.
 * @returns 1 where something is different or cannot be told
 */
export async function status(setting: Setting): Promise<number> {
  const asked: Setting = { ...setting, anywhere: true, options: { ...setting.options, publish: true } }
  return withRuntime(asked, async runtime => {
    const opened = await prepareOnly(asked, runtime, () => undefined, mainGoals)
    const steps = opened.goals.flatMap(goal => goal.steps)
    const probes = await probeAll(steps, known(opened, runtime, asked), { exec: runtime.exec({}), signal: asked.signal, place: asked.place })
    if (setting.options.json) process.stdout.write(`${JSON.stringify({ version: opened.release.version.semver, artifacts: probeData(probes) }, null, 2)}\n`)
    else printProbes(probes, words)
    return probes.some(({ state }) => state === 'different' || state === 'unknown') ? 1 : 0
  })
}

/** What the cache has of the commit that is checked out; of another one nothing is known. */
async function known({ release, variables, goals }: Unplanned, runtime: Runtime, { folder }: Setting): Promise<Outcomes> {
  const { headOf } = await import('../clients/git.ts')
  const { commit } = await headOf(runtime.exec({}), folder)
  if (commit !== release.version.commit) return new Map()
  return walk(goals.flatMap(goal => goal.steps), runtime.walk('plan', () => undefined, release, variables))
}
