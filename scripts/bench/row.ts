/** One comparison: how much of the rival's measure ours is. */
export interface Row {
  readonly work: string
  readonly rival: string
  readonly ours: number
  readonly theirs: number
  readonly unit: 's' | 'MB' | 's of cores'
  /** What the ratio is wished to be at most. */
  readonly bound?: number
}
