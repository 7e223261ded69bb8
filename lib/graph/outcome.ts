import type { Artifact } from '../values/artifact.ts'
import type { Digest } from '../values/descriptor.ts'

/** How a step ended; `make` and `depends` are a plan's words for what a run would do; `shared` is what another machine made. */
export type Outcome =
  | { readonly state: 'cached' | 'made'; readonly artifact: Artifact; readonly key?: Digest; readonly reads?: readonly string[]; readonly shared?: boolean }
  | { readonly state: 'make'; readonly key?: Digest; readonly reads?: readonly string[] }
  | { readonly state: 'depends' }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'failed'; readonly error: Error }
  | { readonly state: 'cancelled'; readonly reason: string }

export type State = Outcome['state']
