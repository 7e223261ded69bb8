/**
 * A command that GitHub's runner reads from a job's log: `::error file=a.go,line=3::what is wrong`.
 * Source: GitHub's "Workflow commands", and how its toolkit escapes them.
 */
export function githubCommand(name: string, properties: Readonly<Record<string, string | number | undefined>>, message = ''): string {
  const written = Object.entries(properties).filter(([, value]) => value !== undefined && value !== '').map(([key, value]) => `${key}=${property(String(value))}`)
  return `::${name}${written.length === 0 ? '' : ` ${written.join(',')}`}::${data(message)}`
}

/**
 * A line of a tool, as one that the runner takes for text. It reads commands in two forms: `::name` where a line begins, and
 * `##[name]` anywhere in it.
 */
export function inert(line: string): string {
  return line.split(/\r\n|[\r\n]/).map(part => part.replace(/^([\s\u0085]*):(?=:)/, '$1: ').replaceAll('##[', '## [')).join('\n')
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
