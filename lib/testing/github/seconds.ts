/** A time as GitHub writes it: `2026-11-21T08:51:00Z`. */
export function seconds(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
}
