import type { Observer } from '../../lib/contracts/workshop.ts'

/** Says which distros something was to have and has not, where there are any. @param what begins a sentence: `The chart gateway` */
export function tellLeftOut(what: string, distros: readonly string[], { notice }: Pick<Observer, 'notice'>): void {
  if (distros.length > 0) notice(`${what} leaves out ${distros.join(', ')}: there is no image on ${distros.length === 1 ? 'it' : 'them'} in this release.`)
}
