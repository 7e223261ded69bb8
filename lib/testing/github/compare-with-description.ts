import type { Answer } from './answer.ts'
import { mistakesIn } from './mistakes-in.ts'
import type { Body, Description, Operation, Parameter, Schema } from './openapi.ts'
import type { Route } from './routes.ts'

export interface Exchanged {
  readonly route: Route
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
  /** The JSON that was sent. */
  readonly body: unknown
  readonly answer: Answer
}

/** What of a request or its answer is not as GitHub's description says. Pages of the web are not described. */
export function compareWithDescription(exchanged: Exchanged, description: Description): readonly string[] {
  const { method, path } = exchanged.route
  const operation = description.paths[path]?.[method.toLowerCase()]
  if (!operation) return /^\/(?:repos|app|orgs|users?)\//.test(path) ? [`${method} ${path} is not described`] : []
  const mistakes = [...exchanged.answer.status < 400 ? requestMistakes(exchanged, operation, description) : [], ...answerMistakes(exchanged, operation, description)]
  return mistakes.map(mistake => `${method} ${path} ${exchanged.answer.status}: ${mistake}`)
}

function requestMistakes({ url, params, body, route }: Exchanged, { parameters = [], requestBody }: Operation, description: Description): readonly string[] {
  const known = parameters.map(parameter => description.resolve<Parameter>(parameter))
  const given = (parameter: Parameter): string | null | undefined => parameter.in === 'path' ? params[parameter.name] : url.searchParams.get(parameter.name)
  const missing = known.filter(one => one.required && one.in !== 'header' && (given(one) ?? '') === '').map(({ name }) => `the request has no ${name}`)
  const strange = [...url.searchParams.keys()].filter(name => !known.some(one => one.in === 'query' && one.name === name)).map(name => `the request has ${name}, which is not known`)
  const schema = requestBody?.content?.['application/json']?.schema
  const judged = !schema || route.upload ? [] : mistakesIn(body, schema, description).map(mistake => `the request${mistake}`)
  const unknown = schema ? Object.keys(body as object).filter(name => !isKnown(name, schema, description)).map(name => `the request.${name}: it is not known`) : []
  return [...missing, ...strange, ...judged, ...unknown]
}

function isKnown(name: string, unresolved: Schema, description: Description): boolean {
  const { properties = {}, oneOf = [], anyOf = [] } = description.resolve(unresolved)
  return Object.hasOwn(properties, name) || [...oneOf, ...anyOf].some(one => isKnown(name, one, description))
}

/** Errors that are not described look as all of them do. */
function answerMistakes({ answer: { status, json, headers = {} } }: Exchanged, { responses }: Operation, description: Description): readonly string[] {
  const found = responses[String(status)]
  if (!found) return status < 400 ? ['such an answer is not described'] : typeof (json as { message?: unknown }).message === 'string' ? [] : ['an error without a message']
  if (status === 302 && headers['location'] === undefined) return ['the answer leads nowhere']
  const schema = description.resolve<Body>(found).content?.['application/json']?.schema
  if (!schema) return status < 300 && json !== undefined ? ['the answer has a body'] : []
  return mistakesIn(json, schema, description).filter(mistake => !isStarter(mistake)).map(mistake => `the answer${mistake}`)
}

/** The description forgets a state that its own text tells of, under "Upload a release asset". */
function isStarter(mistake: string): boolean {
  return mistake.includes('state: it is "starter"')
}
