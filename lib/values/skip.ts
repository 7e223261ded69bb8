/** Thrown by work whose outside input cannot be had; the reason is shown wherever the result would have been. */
export class Skip extends Error {
  override readonly name = 'Skip'
}
