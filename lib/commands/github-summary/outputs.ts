import { digestOf } from '../../values/digest.ts'

/**
 * Entries for a file of GitHub's runner, each between two lines that its value cannot have: GitHub's "Workflow commands",
 * multiline strings.
 * @param values by names of letters, digits and dashes
 */
export function outputsText(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => {
    const line = delimiter(value)
    return `${name}<<${line}\n${value}\n${line}\n`
  }).join('')
}

/** Made of the value, so that whoever wants to end it early would have to know a text that has its own digest in it. */
function delimiter(value: string): string {
  let line = `end_${digestOf(value).slice('sha256:'.length)}`
  while (value.includes(line)) line = `end_${digestOf(`${line}\n${value}`).slice('sha256:'.length)}`
  return line
}
