import { ReleaseError } from '../../values/errors.ts'
import type { Question } from './ask.ts'
import type { Endpoint } from './endpoint.ts'
import { readWhole, type Whole } from './read-whole.ts'

const mostPages = 1000

/**
 * Reads a list page by page, each at most 4 MiB: OCI distribution specification 1.1, "listing tags", "listing referrers".
 * @throws ReleaseError (REGISTRY) where there is no end of them
 */
export async function* pages(endpoint: Endpoint, question: Question): AsyncGenerator<Whole> {
  const seen = new Set<string>()
  for (let url: string | undefined = question.url; url !== undefined;) {
    if (seen.has(url) || seen.size >= mostPages) {
      throw new ReleaseError(`Cannot ${question.purpose}: there is no end of its pages`, { code: 'REGISTRY', hint: 'The registry, or something before it, is broken.' })
    }
    seen.add(url)
    const whole = await readWhole(endpoint, { ...question, url })
    yield whole
    url = nextOf(whole)
  }
}

/** RFC 8288: `</v2/app/tags/list?last=1.0>; rel="next"`. */
function nextOf({ answer }: Whole): string | undefined {
  const [, target] = /<([^>]*)>\s*;[^<]*\brel="?next"?/i.exec(answer.header('link') ?? '') ?? []
  return target !== undefined && URL.canParse(target, answer.url) ? new URL(target, answer.url).href : undefined
}
