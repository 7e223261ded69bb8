/** The longest tag of the OCI distribution specification 1.1, in characters. */
const longest = 128

/**
 * What keeps a text from being a tag, as the end of a sentence; nothing where it is one. The rule is
 * `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`: OCI distribution specification 1.1, "pulling manifests".
 */
export function tagProblem(text: string): string | undefined {
  if (text === '') return 'the tag is empty'
  if (text.length > longest) return `the tag has ${text.length} characters, more than ${longest}`
  const [foreign] = /[^\w.-]/.exec(text) ?? []
  if (foreign !== undefined) return `the tag ${JSON.stringify(text)} has a ${JSON.stringify(foreign)} in it`
  return /^\w/.test(text) ? undefined : `the tag ${JSON.stringify(text)} starts with a ${JSON.stringify(text[0])}`
}
