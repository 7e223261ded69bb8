import type { Workshop } from '../../../lib/contracts/workshop.ts'
import { effect, task } from '../../../lib/graph/task.ts'
import type { Step } from '../../../lib/graph/step.ts'
import type { Artifact } from '../../../lib/values/artifact.ts'
import type { Target } from '../../../lib/values/target.ts'

export type Binary = Artifact<'binary'> & { readonly target: Target }

/** What a step does besides making a few bytes; told what is made: `binary linux/amd64`, `archive linux/amd64`, `publish`. */
export type Act = (what: string, workshop: Workshop) => Promise<void> | void

export interface SampleRelease {
  readonly binaries: readonly Step[]
  readonly archives: readonly Step[]
  readonly publish: Step
}

/** Steps of the kinds that a release has: a binary and an archive for every target, each staged, all published. */
export function sampleRelease(targets: readonly Target[], act: Act = () => undefined): SampleRelease {
  const binary = task<{ target: Target }, Binary>({
    name: 'binary', revision: 1, slot: 'cpu',
    outline: ({ target }) => ({ kind: 'binary', name: 'gateway', target }),
    work: async ({ target }, workshop) => {
      await act(`binary ${target}`, workshop)
      return workshop.content.put([Buffer.from(`binary ${target}`)], 'application/octet-stream')
    },
  })
  const archive = task<{ binary: Binary }, Artifact<'archive'>>({
    name: 'archive', revision: 1, slot: 'cpu',
    outline: ({ binary: { target } }) => ({ kind: 'archive', name: `gateway_0.0.2_${target.replaceAll('/', '_')}.tar.gz`, target }),
    work: async ({ binary: { target } }, workshop) => {
      await act(`archive ${target}`, workshop)
      return workshop.content.put([Buffer.from(`archive ${target}`)], 'application/gzip')
    },
  })
  const stage = effect<{ artifact: Artifact }, Artifact<'receipt'>>({
    name: 'stage at directory dist',
    outline: ({ artifact: { name, target } }) => ({ kind: 'receipt', name, ...(target === undefined ? {} : { target }) }),
    perform: async ({ artifact: { mediaType, digest, size } }) => ({ mediaType, digest, size }),
  })
  const publish = effect<{ receipts: readonly Artifact<'receipt'>[] }, Artifact<'record'>>({
    name: 'publish',
    outline: () => ({ kind: 'record', name: 'directory dist' }),
    perform: async (_input, world) => {
      await act('publish', world)
      return world.content.put([Buffer.from('record')], 'application/json')
    },
  })
  const binaries = targets.map(target => binary({ target }))
  const archives = binaries.map(one => archive({ binary: one }))
  return { binaries, archives, publish: publish({ receipts: archives.map(one => stage({ artifact: one })) }) }
}
