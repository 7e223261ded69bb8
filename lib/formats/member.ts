/** One member of an archive, reduced to what can differ. */
export interface Member {
  readonly name: string
  readonly mode: number
  /** As the format writes it. */
  readonly time: number
  readonly size: number
  /** A digest or checksum of its bytes. */
  readonly digest: string
}

/** How two lists of members differ, in words: one line for each difference. */
export function memberDifferences(first: readonly Member[], second: readonly Member[]): readonly string[] {
  const others = new Map(second.map(member => [member.name, member]))
  const names = new Set(first.map(({ name }) => name))
  const lines = first.flatMap(member => {
    const other = others.get(member.name)
    return other ? fieldDifferences(member, other) : [`${member.name} is only in the first`]
  })
  lines.push(...second.filter(({ name }) => !names.has(name)).map(({ name }) => `${name} is only in the second`))
  const sameOrder = first.every(({ name }, index) => second[index]?.name === name)
  return lines.length === 0 && !sameOrder ? ['the members stand in another order'] : lines
}

function fieldDifferences(a: Member, b: Member): readonly string[] {
  return [
    ...(a.mode === b.mode ? [] : [`${a.name} has mode ${a.mode.toString(8)} and ${b.mode.toString(8)}`]),
    ...(a.time === b.time ? [] : [`${a.name} has time ${a.time} and ${b.time}`]),
    ...(a.size === b.size ? [] : [`${a.name} has ${a.size} and ${b.size} bytes`]),
    ...(a.size === b.size && a.digest !== b.digest ? [`${a.name} has other bytes`] : []),
  ]
}
