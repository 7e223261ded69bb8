import { archive } from '../../../tasks/archive.ts'
import { checksums } from '../../../tasks/checksums.ts'
import { toyBinary } from '../../support/toy-binary.ts'

const archives = [archive({ binary: toyBinary() }), archive({ binary: toyBinary({ target: 'darwin/arm64' }) })]

/** A small release. */
export const files = [...archives, checksums({ artifacts: archives })]

/** Notes that are not the same the next time, and stand beside those of a person. */
export const notes = { text: 'What is new', generated: true, existing: 'appended' } as const
