import { versionInTag } from './compose-text.ts'
import { defaultImage, type DemoContents } from './demo-plan.ts'
import { portVariables, variablePrefix } from './variables.ts'

/** .env: what Compose calls the whole, the ports of this machine, and version and distro for those who prefer tags. */
export function envText(demo: DemoContents): string {
  const prefix = variablePrefix(demo.main)
  const image = defaultImage(demo)
  const ports = portVariables(demo).map(({ name, value }) => `${name}=${value}\n`)
  return [
    '# What Compose calls all of it together.\n', `COMPOSE_PROJECT_NAME=${demo.name}\n`,
    ...ports.length > 0 ? ['# Where it is reached on this machine.\n', ...ports] : [],
    '# Read by compose.tags.yaml only.\n', `${prefix}_VERSION=${versionInTag(image)}\n`, `${prefix}_DISTRO=${image.distro}\n`,
  ].join('')
}
