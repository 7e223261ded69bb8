import type { WalkEvent } from '../../graph/events.ts'
import { inputsOf, isSending, isSilent, titleOf } from '../../graph/step.ts'
import type { Digest } from '../../values/descriptor.ts'
import type { Json } from '../../values/json.ts'
import type { Receipt } from '../../values/record.ts'
import type { SummaryArtifact, SummaryData, SummaryPlace } from './text.ts'

/** What a run's steps come to, as far as a summary tells of them. */
export interface SummarySteps {
  event(event: WalkEvent): void
  /** @param published what the run's record says of what became of each destination */
  data(published: Json | undefined): Pick<SummaryData, 'released' | 'skipped' | 'kinds'>
  /** The digest of the last record that was made. */
  readonly record: Digest | undefined
}

type Ended = Extract<WalkEvent, { type: 'end' }>

/** Listens to a walk. */
export function summarySteps(): SummarySteps {
  const ended = new Map<Digest, Ended>()
  return {
    event: event => {
      if (event.type !== 'end' || isSilent(event.step)) return
      // A second goal finds in the cache what the first one made: that has been told.
      const before = ended.get(event.step.recipe)?.outcome.state
      if (!(before === 'made' && event.outcome.state === 'cached')) ended.set(event.step.recipe, event)
    },
    data: published => {
      const all = [...ended.values()]
      return { released: releasedBy(all, published), skipped: skippedBy(all), kinds: kindsOf(all) }
    },
    get record() {
      return [...ended.values()].flatMap(({ outcome, step }) => step.outline.kind === 'record' && 'artifact' in outcome ? [outcome.artifact.digest] : []).at(-1)
    },
  }
}

function releasedBy(all: readonly Ended[], published: Json | undefined): readonly SummaryArtifact[] {
  const committed = new Set(all.filter(({ step, outcome }) => step.outline.kind === 'record' && outcome.state === 'made').flatMap(({ step }) => inputsOf(step)).map(({ recipe }) => recipe))
  const found = new Map<string, SummaryArtifact>()
  for (const { step, outcome } of all) {
    if (step.outline.kind !== 'receipt' || !('artifact' in outcome)) continue
    const { of, digest, size, destination, url } = outcome.artifact as Receipt
    const place: SummaryPlace = { destination, url, state: committed.has(step.recipe) && !named(published, 'proposed').includes(destination) ? 'public' : stateOf(destination, published) }
    const key = JSON.stringify([of.name, of.kind, digest])
    const earlier = found.get(key)
    found.set(key, { name: of.name, kind: of.kind, digest, size, places: [...earlier?.places ?? [], place] })
  }
  return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => ({ ...one, places: [...one.places].sort((a, b) => a.destination < b.destination ? -1 : 1) }))
}

function stateOf(destination: string, published: Json | undefined): SummaryPlace['state'] {
  const has = (what: string): boolean => named(published, what).includes(destination)
  if (has('public')) return 'public'
  if (has('failed')) return 'failed'
  return has('held') ? 'held back' : 'staged'
}

/** Destinations of which a run's record says so. */
function named(published: Json | undefined, what: string): readonly Json[] {
  const names = (published as Readonly<Record<string, Json | undefined>> | undefined)?.[what]
  return Array.isArray(names) ? names as readonly Json[] : []
}

/** What was to be sent is skipped with what sends it: that is told once. */
function skippedBy(all: readonly Ended[]): SummaryData['skipped'] {
  return all.flatMap(({ step, outcome }) => outcome.state === 'skipped' && !isSending(step) ? [{ title: titleOf(step), reason: outcome.reason }] : [])
}

function kindsOf(all: readonly Ended[]): SummaryData['kinds'] {
  const names = [...new Set(all.map(({ step }) => step.definition.name))].sort()
  return names.map(name => {
    const some = all.filter(({ step }) => step.definition.name === name)
    const worked = some.flatMap(({ work }) => work ?? [])
    return {
      name, states: Object.fromEntries([...new Set(some.map(({ outcome }) => outcome.state))].map(state => [state, some.filter(({ outcome }) => outcome.state === state).length])),
      ...worked.length > 0 && { milliseconds: worked.reduce((sum, { milliseconds }) => sum + milliseconds, 0) },
    }
  })
}
