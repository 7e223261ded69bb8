import { ReleaseError } from '../../values/errors.ts'

/** Bytes of one file of a chart that helm 3 reads at most. */
export const fileLimit = 5 * 1024 * 1024

/** Bytes of all files of a chart: helm reads fewer than these. */
export const chartLimit = 100 * 1024 * 1024

/**
 * Counts the bytes of a chart's files as they come by.
 * @param chart what errors call it
 * @returns what takes each file's path and size, and throws ReleaseError (FILES) where helm would not read it
 */
export function chartLimits(chart: string): (path: string, size: number) => void {
  let total = 0
  return (path, size) => {
    total += size
    if (size > fileLimit) {
      throw new ReleaseError(`Cannot use the chart ${chart}: ${path} has ${size} bytes, and helm reads ${fileLimit} of one file at most`, {
        code: 'FILES', hint: 'Make it smaller, or leave it out with a line in .helmignore.',
      })
    }
    if (total >= chartLimit) {
      throw new ReleaseError(`Cannot use the chart ${chart}: with ${path} its files have ${total} bytes, and helm reads fewer than ${chartLimit}`, {
        code: 'FILES', hint: 'Leave files out with lines in .helmignore.',
      })
    }
  }
}
