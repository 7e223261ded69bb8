import { isAbsolute, relative } from 'node:path'
import type { Place } from '../../contracts/workshop.ts'
import type { Goals } from '../../goals.ts'
import { closureOf, isDeed, isStep } from '../../graph/step.ts'

/**
 * Folders and files that the goals of a build.ts write, whichever is asked for, absolute: where --out says, and where they
 * are without it, as an earlier run may have left them.
 */
export function writtenFolders(goals: Goals, place: Place): readonly string[] {
  const steps = Object.values(goals).flatMap(([, goal]) => typeof goal === 'function' ? [] : isStep(goal) ? [goal] : goal)
  const found = closureOf(steps).flatMap(({ definition }) => {
    if (!isDeed(definition) || !definition.outputs) return []
    return [...definition.outputs(place), ...definition.outputs({ root: place.root })]
  })
  return [...new Set(found)].filter(path => !isAround(path, place.root))
}

/** A destination refuses a folder with the project in it, and says so better than all that would find nothing to read. */
function isAround(folder: string, root: string): boolean {
  const way = relative(folder, root)
  return !isAbsolute(way) && !/^\.\.([/\\]|$)/.test(way)
}
