import { engineEvents } from './events.ts'

/** What the Engine says that it loaded: names, or ids where the archive has none. @throws Error with what it says of a failure */
export async function loadedNames(answer: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { stream = '', error } of engineEvents(answer)) {
    if (error !== undefined) throw new Error(error)
    const [, name] = /^Loaded image(?: ID)?: (\S+)/.exec(stream) ?? []
    if (name !== undefined) names.push(name)
  }
  if (names.length === 0) throw new Error('it did not say what was loaded')
  return names
}
