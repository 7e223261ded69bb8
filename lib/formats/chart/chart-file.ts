/** A file of a chart. */
export interface ChartFile {
  /** Relative to the chart's folder, with forward slashes: `templates/service.yaml`. */
  readonly path: string
  readonly bytes: Uint8Array
}
