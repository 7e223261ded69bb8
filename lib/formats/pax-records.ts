/**
 * The records of an extended header, as POSIX.1-2017 pax has them in "pax Extended Header": `30 path=a/long/name\n`.
 * Undefined where they are not well-formed.
 */
export function paxRecords(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const records = new Map<string, string>()
  for (let rest = Buffer.from(bytes); rest.length > 0;) {
    const digits = rest.subarray(0, Math.max(0, rest.indexOf(' '))).toString('latin1')
    const length = /^\d{1,9}$/.test(digits) ? Number(digits) : 0
    const equals = rest.indexOf('=')
    if (length > rest.length || equals < digits.length + 1 || equals >= length || rest[length - 1] !== 0x0a) return undefined
    records.set(rest.toString('utf8', digits.length + 1, equals), rest.toString('utf8', equals + 1, length - 1))
    rest = rest.subarray(length)
  }
  return records
}
