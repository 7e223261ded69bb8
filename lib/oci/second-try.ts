import { ReleaseError } from '../values/errors.ts'
import { isPassing } from './registry/passing.ts'

/** Reads once more where the bytes that came were others: a mirror that gave them is not asked again. */
export async function secondTry<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ReleaseError) || error.code !== 'CONTENT' || !isPassing(error)) throw error
    return read()
  }
}
