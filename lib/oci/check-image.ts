import type { Problem } from '../values/problem.ts'
import { commandFault } from './command-fault.ts'
import type { ContainerConfig } from './image-config.ts'
import type { Tree } from './tree.ts'
import { userFault } from './user-fault.ts'

export interface FinishedImage {
  /** What problems call it: `gateway:0.0.2-alpine for linux/arm64`. */
  readonly image: string
  /** What it stands on: `docker.io/library/alpine:3`. */
  readonly base: string
  /** All of it, with the texts of `accountFiles`. */
  readonly tree: Tree
  readonly config: ContainerConfig
}

/** Whether containers of an image can start: what they run is there and may be run, and their user is known. */
export function checkImage({ image, base, tree, config }: FinishedImage): readonly Problem[] {
  return [commandFault(tree, config), userFault(tree, config.User ?? '')].flatMap(fault => fault
    ? [{ where: image, message: `Cannot run ${image} on ${base}: ${fault.why}`, hint: fault.hint, code: 'IMAGE' as const }]
    : [])
}
