import type { DemoPlan } from './demo-plan.ts'
import { parsePort, type Port } from './port.ts'

/** A variable that the files of a demo use, and what it is where nobody sets it. */
export interface PortVariable {
  readonly name: string
  readonly value: number
}

/** What a service's variables begin with: `MY_APP` for `my-app`. */
export function variablePrefix(service: string): string {
  const word = service.toUpperCase().replaceAll('-', '_')
  return /^\d/.test(word) ? `_${word}` : word
}

/** The main service's ports. */
export function mainPorts({ main, services }: DemoPlan): readonly Port[] {
  return (services[main]?.ports ?? []).flatMap(text => parsePort(text) ?? [])
}

/** One variable for each port that the main service is reached at; the first one's has no number in its name. */
export function portVariables(plan: DemoPlan): readonly PortVariable[] {
  const published = [...new Set(mainPorts(plan).flatMap(port => port.published ?? []))]
  const prefix = variablePrefix(plan.main)
  return published.map((value, index) => ({ name: index === 0 ? `${prefix}_PORT` : `${prefix}_PORT_${value}`, value }))
}

/** The name of the variable that a port is reached at. */
export function variableOf(port: Port, plan: DemoPlan): string {
  return portVariables(plan).find(({ value }) => value === port.published)?.name ?? ''
}
