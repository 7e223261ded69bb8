/** `$$` and what Compose 1.29 and 2 both replace: compose specification, "Interpolation"; nested variables are of 2 only. */
const understood = /\$\$|\$\{[a-z_]\w*(?::?[-?][^${}]*)?\}/gi

/** Why Compose would not take the dollar signs of a text as they are meant; undefined where it does. */
export function dollarProblem(text: string): string | undefined {
  const rest = text.replaceAll(understood, '')
  if (!rest.includes('$')) return undefined
  return `${JSON.stringify(text)} has a $ that is neither $$ nor a variable such as \${NAME} or \${NAME:-default}`
}

/** A text as it is where no variable is set. */
export function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+(?::?-([^${}]*))?[^${}]*\}/g, (_all, value: string | undefined) => value ?? '').replaceAll('$$', '$')
}
