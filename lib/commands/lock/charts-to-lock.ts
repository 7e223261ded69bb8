import { resolve } from 'node:path'
import { closureOf, type Step } from '../../graph/step.ts'
import { discover } from '../../project.ts'
import type { Source } from '../../values/source.ts'
import type { ChartsToLock } from './charts.ts'
import { stepsOf } from '../prepare.ts'
import type { Setting } from '../setting.ts'
import { standInGoals } from '../stand-in.ts'
import { withRuntime } from '../with-runtime.ts'

/** The charts that a build.ts packages; undefined where that cannot be told before there is a release. */
export async function chartsToLock(setting: Setting): Promise<ChartsToLock | undefined> {
  const steps = await chartSteps(setting)
  const folders = steps?.map(({ input }) => resolve((input['source'] as Source).place.folder, input['folder'] as string))
  if (folders === undefined || folders.length === 0) return folders && { folders, within: setting.folder }
  const { repositoryRoot } = await import('../../clients/git/repository.ts')
  const within = await withRuntime(setting, async runtime => repositoryRoot(runtime.exec({}), setting.folder))
  return { folders: [...new Set(folders)], within }
}

async function chartSteps(setting: Setting): Promise<readonly Step[] | undefined> {
  try {
    const goals = standInGoals(setting.definition, await discover(setting.folder))
    const steps = Object.values(goals).flatMap(([, goal]) => typeof goal === 'function' ? [] : stepsOf(goal))
    return closureOf(steps).filter(({ definition }) => definition.name === 'chart')
  } catch {
    return undefined
  }
}
