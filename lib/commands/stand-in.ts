import type { BuildDefinition, Composition, Goals } from '../goals.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Project } from '../values/project.ts'
import { commonPlatforms, requestedTargets } from '../values/targets.ts'
import { ownCommands } from './own-commands.ts'
import { standInBase } from './stand-in-base.ts'

/**
 * The goals of a build.ts, composed with a release that is none, so that their names can be listed without git or Go.
 * @param project the project at hand, where something is known of it
 * @throws whatever build.ts throws
 */
export function standInGoals(definition: BuildDefinition, project: Project = noProject): Goals {
  return definition.goals(standInComposition(definition, project))
}

/** Each goal's line. */
export function linesOf(goals: Goals): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(goals).map(([name, [line]]) => [name, line]))
}

const noProject: Project = {
  name: 'project', module: 'example.com/project', mains: [{ program: 'project', package: '.', variables: {} }], documents: [], place: { folder: '/' },
}

function standInComposition({ targets = commonPlatforms }: BuildDefinition, project: Project): Composition {
  return {
    version: {
      semver: '0.0.0', base: '0.0.0', stamp: '0.0.0', tag: 'v0.0.0', commit: '0'.repeat(40), date: '1970-01-01T00:00:00Z',
      prerelease: false, snapshot: false, dirty: false,
    },
    project, publishing: false,
    toolchain: { kind: 'toolchain', go: 'go1', place: { host: 'linux/amd64', program: 'go', environment: {}, platforms: [] } },
    targets: requestedTargets(targets),
    absent: [],
    base: standInBase,
    source: use => ({ kind: 'source', use, place: { folder: project.place.folder, outputs: [] } }),
  }
}

/** @throws ReleaseError (USAGE) for a goal that cannot be asked for by its name */
export function refuseNames(goals: Goals): void {
  for (const name of Object.keys(goals)) {
    const own = Object.hasOwn(ownCommands, name)
    if (!own && /^[a-z][a-z0-9-]*$/.test(name)) continue
    throw new ReleaseError(`Cannot use the goal ${JSON.stringify(name)}: ${own ? 'Slipway has a command of that name' : 'it cannot be typed'}`, {
      code: 'USAGE', hint: own ? 'Give it another name in build.ts.' : 'A goal\'s name is lower case letters, digits and hyphens.',
    })
  }
}
