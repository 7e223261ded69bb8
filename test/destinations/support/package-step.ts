import type { Step } from '../../../lib/graph/step.ts'
import { task } from '../../../lib/graph/task.ts'
import type { Artifact } from '../../../lib/values/artifact.ts'

const make = task<{ readonly name: string, readonly text: string }, Artifact<'package'>>({
  name: 'package', revision: 1, outline: ({ name }) => ({ kind: 'package', name }),
  work: async ({ text }, { content }) => content.put([Buffer.from(text)], 'application/octet-stream'),
})

/** A file that users get, whatever it is. */
export function packageStep(name: string, text = name): Step<Artifact<'package'>> {
  return make({ name, text })
}
