import type { Call } from './call.ts'
import { type Answer, json } from './answer.ts'

const [usual, most] = [30, 100]

/** One page of a list, with the addresses of the others in a Link header: RFC 8288. */
export function page(items: readonly unknown[], { url, links }: Pick<Call, 'url' | 'links'>): Answer {
  const size = Math.min(most, positive(url.searchParams.get('per_page')) ?? usual)
  const number = positive(url.searchParams.get('page')) ?? 1
  const last = Math.max(1, Math.ceil(items.length / size))
  const to = (page: number, relation: string): string => `<${addressOf(url, links.api, page)}>; rel="${relation}"`
  const link = [
    ...number > 1 ? [to(Math.min(number - 1, last), 'prev')] : [], ...number < last ? [to(number + 1, 'next'), to(last, 'last')] : [],
    ...number > 1 ? [to(1, 'first')] : [],
  ].join(', ')
  return json(items.slice((number - 1) * size, number * size), 200, link === '' ? {} : { link })
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d*$/.test(text) ? Number(text) : undefined
}

function addressOf(url: URL, api: string, number: number): string {
  const address = new URL(`${api}${url.pathname}${url.search}`)
  address.searchParams.set('page', String(number))
  return address.href
}
