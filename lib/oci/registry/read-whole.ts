import { ReleaseError } from '../../values/errors.ts'
import { readableBytes } from '../../values/readable.ts'
import type { Question } from './ask.ts'
import { collect } from './collect.ts'
import type { Endpoint } from './endpoint.ts'
import { named } from './named.ts'
import { isPassing } from './passing.ts'
import type { Answer } from './follow-redirects.ts'

/** Bytes that an answer which is read at once may have: OCI distribution specification 1.1, "pushing manifests". */
export const wholeLimit = 4 << 20

export interface Whole {
  readonly answer: Answer
  readonly bytes: Buffer
}

/** Asks for something small and reads all of it, again where the connection is cut. @throws ReleaseError as `Ask`, and (REGISTRY) where it is more than 4 MiB */
export async function readWhole({ ask, patience, log }: Pick<Endpoint, 'ask' | 'patience' | 'log'>, question: Question): Promise<Whole> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(question)
    try {
      const bytes = await collect(answer.body, wholeLimit)
      if (bytes) return { answer, bytes }
      throw new ReleaseError(`Cannot ${question.purpose}: it has more than ${readableBytes(wholeLimit)}`, { code: 'REGISTRY', hint: 'It is not what it should be; check the name.' })
    } catch (error) {
      if (!isPassing(error) || tries >= patience.tries) throw named(error, question.purpose)
      log(`${(error as Error).message}; trying again`)
      await patience.rest(tries)
    }
  }
}
