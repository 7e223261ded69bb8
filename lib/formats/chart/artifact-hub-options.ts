import type { Json } from '../../values/json.ts'
import type { ReleasedImage } from '../../values/released-image.ts'

/** https://github.com/artifacthub/hub/blob/master/docs/helm_annotations.md, "category". */
export const hubCategories = [
  'ai-machine-learning', 'database', 'integration-delivery', 'monitoring-logging', 'networking', 'security', 'storage', 'streaming-messaging', 'skip-prediction',
] as const

/** The same page, "changes". */
export const hubChangeKinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const

/** The same page, "operatorCapabilities". */
export const hubCapabilities = ['Basic Install', 'Seamless Upgrades', 'Full Lifecycle', 'Deep Insights', 'Auto Pilot'] as const

export type HubCategory = typeof hubCategories[number]
export type HubChangeKind = typeof hubChangeKinds[number]
export type HubCapabilities = typeof hubCapabilities[number]

export interface HubLink {
  readonly name: string
  readonly url: string
}

/** Something that a version changes, in plain text. */
export interface HubChange {
  readonly kind: HubChangeKind
  readonly description: string
  readonly links?: readonly HubLink[]
}

export interface HubImage {
  /** What it is called on the chart's page. */
  readonly name: string
  readonly image: ReleasedImage
  /** Whether it is left out of the scan for vulnerabilities. */
  readonly whitelisted?: boolean
}

/** What a project says of its chart, as it stands in build.ts. */
export interface HubOptions {
  /** Another name that people search for: part of the chart's, or the chart's is part of it. */
  readonly alternativeName?: string
  readonly category?: HubCategory
  readonly changes?: readonly HubChange[]
  /** Default: whether one of the changes is of the kind security. */
  readonly containsSecurityUpdates?: boolean
  readonly crds?: readonly HubCrd[]
  /** Example resources, each as it would be applied. */
  readonly crdsExamples?: readonly { readonly [field: string]: Json }[]
  /** An SPDX identifier. */
  readonly license?: string
  /** One called `support` is where problems are reported. */
  readonly links?: readonly HubLink[]
  readonly maintainers?: readonly HubMaintainer[]
  readonly operator?: boolean
  readonly operatorCapabilities?: HubCapabilities
  /** Pages of other packages on Artifact Hub. */
  readonly recommendations?: readonly string[]
  readonly screenshots?: readonly HubScreenshot[]
  /** The key that the package is signed with. */
  readonly signKey?: HubSignKey
}

export interface HubCrd {
  readonly kind: string
  readonly version: string
  readonly name: string
  readonly displayName?: string
  readonly description?: string
}

export interface HubMaintainer {
  readonly name: string
  readonly email: string
}

export interface HubScreenshot {
  readonly title: string
  readonly url: string
}

export interface HubSignKey {
  readonly fingerprint: string
  /** Where the public key is. */
  readonly url: string
}

export interface HubFacts {
  /** What Chart.yaml calls the chart; an alternative name is held against it. */
  readonly chart?: string
  /** The images of the release that the chart runs. */
  readonly images?: readonly HubImage[]
  readonly prerelease?: boolean
}
