import type { Shard } from './shard/parse.ts'

/** What every build.ts takes on its command line. */
export interface Options {
  readonly project?: string
  readonly version?: string
  readonly snapshot?: boolean
  readonly only?: readonly string[]
  readonly jobs?: number
  /** Bytes. */
  readonly memory?: number
  readonly out?: string
  readonly cache: boolean
  /** Whether what leaves this machine is sent. `false`, for builds that are only compared: nothing is published anywhere. */
  readonly publish?: boolean
  /** Everything but sending: what would change where is shown. */
  readonly dryRun?: boolean
  readonly failFast?: boolean
  readonly strict?: boolean
  /** A part of the release is made, for another machine to take. */
  readonly shard?: Shard
  /** The folder with the parts that other machines made, as it was typed. */
  readonly parts?: string
  /** Images for this machine go into its Docker Engine too. */
  readonly load?: boolean
  /** What would be asked is agreed to. */
  readonly yes?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}
