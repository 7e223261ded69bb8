import { ReleaseError } from '../../values/errors.ts'
import type { Json } from '../../values/json.ts'
import { nearest } from '../../values/nearest.ts'
import { configName, releasedServices, type DemoPlan } from './demo-plan.ts'
import { dollarProblem, withDefaults } from './dollar-problem.ts'
import { parsePort } from './port.ts'
import type { ComposeService } from './service.ts'

/** What Compose 2 takes for a project: compose-go, "project name"; services are host names on top of it. */
const namePattern = /^[a-z\d][a-z\d_-]*$/
const pinned = /@sha256:[\da-f]{64}$/
const duration = /^(\d+(\.\d+)?(us|ms|s|m|h))+$/

/**
 * Refuses what Compose would refuse, and what would not be what was released.
 * @param allowed images of other services that need no digest
 * @throws ReleaseError (NAME, USAGE)
 */
export function checkPlan(plan: DemoPlan, allowed: readonly string[]): void {
  checkName('project', plan.name)
  checkDistros(plan)
  for (const [name, service] of Object.entries(plan.services)) {
    checkName('service', name)
    checkImage(name, service, allowed)
    checkPorts(name, service, releasedServices(plan).includes(name))
    checkHealth(name, service)
    checkDependencies(name, service, plan)
    checkTexts(`services.${name}`, service as Json)
  }
  checkPublished(plan)
  checkConfigs(plan)
  checkTexts('configs', plan.configs.map(({ to }) => to))
  if (plan.path?.startsWith('/') === false || /[\s"'`$\\]/.test(plan.path ?? '')) {
    throw refusal(`${JSON.stringify(plan.path)} is no path of a URL`, 'Write one such as /healthz.')
  }
}

function checkName(what: string, name: string): void {
  if (namePattern.test(name)) return
  throw new ReleaseError(`Cannot make a compose file: no ${what} can be called ${JSON.stringify(name)}`, {
    code: 'NAME', hint: 'A name is lower case letters, digits, - and _, and starts with a letter or a digit.',
  })
}

/** A distro names a file: compose.override.yaml is one that Compose reads unasked. */
function checkDistros({ distros, defaultDistro }: DemoPlan): void {
  const wrong = distros.find(distro => !/^[\w.-]+$/.test(distro) || ['tags', 'override'].includes(distro.toLowerCase()))
  if (wrong !== undefined) {
    throw new ReleaseError(`Cannot make a compose file: compose.${wrong}.yaml cannot be the file of a distro`, { code: 'NAME', hint: `Call the distro ${JSON.stringify(wrong)} something else.` })
  }
  const twice = distros.find((distro, index) => distros.indexOf(distro) !== index)
  if (twice !== undefined) throw refusal(`two of its images are on ${twice}`, 'Name each image once, at one registry.')
  if (distros.includes(defaultDistro)) return
  throw refusal(`none of its images is on ${defaultDistro}`, distros.length === 0 ? 'Name the images of the release.' : `Set default to one of ${distros.join(', ')}.`)
}

function checkImage(name: string, { image }: ComposeService, allowed: readonly string[]): void {
  if (image === undefined || pinned.test(image) || allowed.includes(image)) return
  throw refusal(`the service ${name} runs ${image}, which is not pinned by digest`, `Write ${image}@sha256: and its digest, or allow: [${JSON.stringify(image)}].`)
}

function checkPorts(name: string, { ports = [] }: ComposeService, isReleased: boolean): void {
  for (const port of ports) {
    if (parsePort(isReleased ? port : withDefaults(port))) continue
    throw refusal(`${JSON.stringify(port)} of the service ${name} is no port`, isReleased && port.includes('$')
      ? 'Write one such as 8080:8080: the variable for the port of this machine is put in for you.' : 'Write one such as 8080:8080 or 127.0.0.1:53:53/udp, and one for each of a range.')
  }
}

function checkHealth(name: string, { healthcheck = {}, stop_grace_period }: ComposeService): void {
  const { interval, timeout, start_period } = healthcheck
  for (const [field, value] of Object.entries({ interval, timeout, start_period, stop_grace_period })) {
    if (value === undefined || duration.test(value)) continue
    throw refusal(`${field} of the service ${name} is ${JSON.stringify(value)}, which is no duration`, 'Write one such as 5s or 1m30s.')
  }
  const [how] = typeof healthcheck.test === 'object' ? healthcheck.test : ['CMD']
  if (['CMD', 'CMD-SHELL', 'NONE'].includes(how ?? '')) return
  throw refusal(`the health check of the service ${name} does not say how it is run`, "Write test: ['CMD', '/usr/local/bin/app', 'health'], or ['NONE'].")
}

function checkDependencies(name: string, { depends_on = [] }: ComposeService, { services }: DemoPlan): void {
  const others = Object.keys(services).filter(one => one !== name)
  const unknown = (isList(depends_on) ? depends_on : Object.keys(depends_on)).find(one => !others.includes(one))
  if (unknown === undefined) return
  const meant = nearest(unknown, others)
  throw refusal(`the service ${name} depends on ${unknown}, which is no other service`, meant === undefined ? 'Name one of the services.' : `Write ${meant}.`)
}

/** Every text in a value: Compose replaces variables in all of them. */
function checkTexts(path: string, value: Json | undefined): void {
  if (typeof value === 'string') {
    const problem = dollarProblem(value)
    if (problem !== undefined) throw refusal(`at ${path}, ${problem}`, 'Write $$ for a dollar sign, and ${NAME} for a variable.')
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) checkTexts(`${path}.${key}`, one)
  }
}

/** Two services cannot be reached at one port of this machine. */
function checkPublished({ services }: DemoPlan): void {
  const taken = new Map<string, string>()
  for (const [name, { ports = [] }] of Object.entries(services)) {
    for (const text of ports) {
      const port = parsePort(withDefaults(text))
      if (port?.published === undefined) continue
      const place = `${port.address ?? ''}:${port.published}/${port.protocol}`
      const other = taken.get(place)
      if (other !== undefined) {
        throw refusal(`the port ${port.published} of this machine is published ${other === name ? `twice by the service ${name}` : `by the services ${other} and ${name}`}`, 'Choose another port for one of them.')
      }
      taken.set(place, name)
    }
  }
}

function checkConfigs({ configs }: DemoPlan): void {
  for (const config of configs) {
    const { to } = config
    if (to.startsWith('/') && !to.split('/').slice(1).some(part => ['', '.', '..'].includes(part))) continue
    throw refusal(`the config ${config.file} goes to ${JSON.stringify(to)}, which is no absolute path of a file`, 'Write one such as /etc/gateway/gateway.json.')
  }
  const names = configs.map(configName)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw refusal(`two configs are called ${twice}`, 'Give one of them another name in the container.')
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value)
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot make a compose file: ${why}`, { code: 'USAGE', hint })
}
