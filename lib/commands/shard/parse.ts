/** A part of a release: `2/4` is the second of four. */
export interface Shard {
  readonly shard: number
  readonly of: number
}

/** Undefined for a text that is none. */
export function parseShard(text: string): Shard | undefined {
  const [, shard, of] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? []
  return shard === undefined || of === undefined || Number(shard) > Number(of) ? undefined : { shard: Number(shard), of: Number(of) }
}
