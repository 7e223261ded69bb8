import type { BuildDefinition, Composition, Goals } from '../goals.ts'
import { ReleaseError } from '../values/errors.ts'
import { commonPlatforms, requestedTargets } from '../values/targets.ts'
import { ownCommands } from './command-line.ts'

/**
 * The goals of a build.ts, composed with a release that is none, so that their names can be listed without git, Go or a
 * project.
 * @throws ReleaseError (USAGE) where a goal has a name of Slipway's own or none that can be typed
 */
export function standInGoals(definition: BuildDefinition): Goals {
  const goals = definition.goals(standInComposition(definition))
  for (const name of Object.keys(goals)) refuseName(name)
  return goals
}

/** Each goal's line. */
export function linesOf(goals: Goals): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(goals).map(([name, [line]]) => [name, line]))
}

function standInComposition({ targets = commonPlatforms }: BuildDefinition): Composition {
  const wanted = requestedTargets(targets)
  return {
    version: { semver: '0.0.0', base: '0.0.0', commit: '0'.repeat(40), date: '1970-01-01T00:00:00Z', prerelease: false, snapshot: false, dirty: false },
    project: { name: 'project', module: 'example.com/project', mains: [{ program: 'project', package: '.', variables: {} }], documents: [], place: { folder: '/' } },
    toolchain: { kind: 'toolchain', go: 'go1', place: { host: 'linux/amd64', program: 'go', environment: {}, platforms: [] } },
    targets: wanted,
    absent: [],
    source: use => ({ kind: 'source', use, place: { folder: '/', outputs: [] } }),
  }
}

function refuseName(name: string): void {
  if (/^[a-z][a-z0-9-]*$/.test(name) && !Object.keys(ownCommands).includes(name)) return
  const own = Object.keys(ownCommands).includes(name)
  throw new ReleaseError(`Cannot use the goal ${JSON.stringify(name)}: ${own ? 'Slipway has a command of that name' : 'it cannot be typed'}`, {
    code: 'USAGE', hint: own ? 'Give it another name in build.ts.' : 'A goal\'s name is lower case letters, digits and hyphens.',
  })
}
