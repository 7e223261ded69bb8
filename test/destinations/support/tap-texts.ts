import type { Texts } from './tap-fixture.ts'

/** The files of a version's demo: each version has one that the one before does not have. */
export function tapTexts(version: string): Texts {
  return { 'compose.yaml': `version: ${version}\n`, [`only/${version}.txt`]: version }
}
