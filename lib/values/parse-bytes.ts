const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40 }

/** Bytes from text: `800MiB`, `3GiB`, `1.5G`, `2000000`; undefined where it is no size. A lone letter counts in thousands. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^([0-9]+(?:\.[0-9]+)?)\s*([kmgt]i?)?b?$/i.exec(text.trim()) ?? []
  const factor = units[unit.toLowerCase()]
  if (number === undefined || factor === undefined) return undefined
  const found = Math.round(Number(number) * factor)
  return found > 0 ? found : undefined
}
