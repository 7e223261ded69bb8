import type { Json } from '../../values/json.ts'
import type { ReleasedImage } from '../../values/released-image.ts'
import { yamlText } from '../yaml-text.ts'
import { configName, defaultImage, releasedServices, type DemoContents, type DemoPlan } from './demo-plan.ts'
import { parsePort, portText } from './port.ts'
import type { ComposeService } from './service.ts'
import { variableOf, variablePrefix } from './variables.ts'

/** What the released program has no need of. */
const hardened: ComposeService = { restart: 'unless-stopped', read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] }

/** A service as it is written. */
type ServiceFields = Readonly<Record<string, Json | undefined>>

const order: readonly string[] = [
  'image', 'entrypoint', 'command', 'user', 'working_dir', 'environment', 'ports', 'expose', 'healthcheck', 'depends_on', 'restart',
  'stop_signal', 'stop_grace_period', 'read_only', 'tmpfs', 'cap_drop', 'cap_add', 'security_opt', 'volumes',
]

/** compose.yaml: everything, on the default distro. Without `name` and `version`: Compose 1.29 refuses the one, 2 warns of the other. */
export function composeText(demo: DemoContents): string {
  const image = defaultImage(demo)
  const released = releasedServices(demo)
  const names = [demo.main, ...Object.keys(demo.services).filter(name => name !== demo.main)]
  const services = names.map(name => released.includes(name)
    ? serviceText(name, releasedService(name, demo, image), tagged(image)) : serviceText(name, ordered(demo.services[name] ?? {})))
  const volumes = namedVolumes(demo)
  return [
    `# ${demo.title} ${demo.version}, made by its release. README.md says how to use it.\n`, 'services:\n', services.join('\n'),
    ...volumes.length === 0 ? [] : [`\nvolumes:\n  ${yamlText(Object.fromEntries(volumes.map(name => [name, {}])), 2)}`],
  ].join('')
}

/** compose.<distro>.yaml: what is laid over compose.yaml for another distro. */
export function variantText(demo: DemoContents, image: ReleasedImage): string {
  return `# ${demo.title} ${demo.version} on ${image.distro}, for use with compose.yaml.\n${imagesText(demo, pinnedImage(image), tagged(image))}`
}

/** compose.tags.yaml: what is laid over compose.yaml to take the tags that .env names. */
export function tagsText(demo: DemoContents): string {
  const prefix = variablePrefix(demo.main)
  const image = defaultImage(demo)
  const reference = `${image.repository}:\${${prefix}_VERSION:-${versionInTag(image)}}-\${${prefix}_DISTRO:-${image.distro}}`
  return `# ${demo.title} by tag, for use with compose.yaml: version and distro are in .env.\n${imagesText(demo, reference)}`
}

/** `0.0.2` of `0.0.2-alpine`. */
export function versionInTag({ tag, distro }: ReleasedImage): string {
  return tag.slice(0, -`-${distro}`.length)
}

/** The image by its digest. */
export function pinnedImage({ repository, digest }: ReleasedImage): string {
  return `${repository}@${digest}`
}

function tagged({ repository, tag }: ReleasedImage): string {
  return `${repository}:${tag}`
}

function imagesText(plan: DemoPlan, image: string, comment?: string): string {
  return `services:\n${releasedServices(plan).map(name => serviceText(name, { image }, comment)).join('\n')}`
}

/** A service, its image first. */
function serviceText(name: string, service: ServiceFields, comment?: string): string {
  return `  ${yamlText(name).trimEnd()}:\n${comment === undefined ? '' : `    # ${comment}\n`}    ${yamlText(service, 4)}`
}

function releasedService(name: string, plan: DemoPlan, image: ReleasedImage): ServiceFields {
  const { image: _image, ports, ...service } = plan.services[name] ?? {}
  const mounts = name === plan.main ? plan.configs.map(config => ({ type: 'bind', source: `./${configName(config)}`, target: config.to, read_only: true } as const)) : []
  const volumes = [...mounts, ...service.volumes ?? []]
  return ordered({
    ...hardened, ...service, image: pinnedImage(image),
    ...ports && { ports: name === plan.main ? ports.map(text => reached(text, plan)) : ports },
    ...volumes.length > 0 && { volumes },
  })
}

function reached(text: string, plan: DemoPlan): string {
  const port = parsePort(text)
  return port ? portText(port, variableOf(port, plan)) : text
}

/** Fields in an order of their own, whatever order they were given in; empty lists say nothing. */
function ordered(service: ComposeService): ServiceFields {
  const given = service as Readonly<Record<string, Json | undefined>>
  const names = [...order, ...Object.keys(given).filter(name => !order.includes(name)).sort()]
  return Object.fromEntries(names.filter(name => given[name] !== undefined && !isEmpty(given[name])).map(name => [name, given[name]]))
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value) && value.length === 0
}

/** Volumes that the Engine keeps have to be declared. */
function namedVolumes({ services }: DemoPlan): readonly string[] {
  const sources = Object.values(services).flatMap(({ volumes = [] }) => volumes.map(volume => {
    if (typeof volume !== 'string') return volume.type === 'volume' ? volume.source : undefined
    return volume.includes(':') ? volume.slice(0, volume.indexOf(':')) : undefined
  }))
  return [...new Set(sources.filter(source => source !== undefined && /^[A-Za-z\d][\w.-]*$/.test(source)))].map(String).sort()
}
