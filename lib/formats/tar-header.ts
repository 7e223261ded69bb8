/** The numbers and texts of one header block. */
export interface TarHeader {
  readonly name: string
  /** As it is written: `0` a file, `5` a directory, `x` an extended header for what follows. */
  readonly flag: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly link: string
}

const checksumAt = 148
const space = 32

/**
 * Reads a header block of 512 bytes: POSIX.1-2017 pax, "ustar Interchange Format", with the older form without a magic,
 * and GNU's numbers in base 256. Undefined where it is no header: its checksum or a number is wrong.
 */
export function tarHeader(block: Uint8Array): TarHeader | undefined {
  if (!sumsOf(block).includes(numberAt(block, checksumAt, 8))) return undefined
  const [mode, uid, gid, size] = [numberAt(block, 100, 8), numberAt(block, 108, 8), numberAt(block, 116, 8), numberAt(block, 124, 12)]
  if (![mode, uid, gid, size].every(number => Number.isSafeInteger(number) && number >= 0)) return undefined
  const prefix = textAt(block, 257, 6) === 'ustar' ? textAt(block, 345, 155) : ''   // GNU's magic ends with a space
  const name = textAt(block, 0, 100)
  const flag = String.fromCharCode(block[156] ?? 0).replace('\0', '0')
  return { name: prefix ? `${prefix}/${name}` : name, flag, mode: mode & 0o7777, uid, gid, size, link: textAt(block, 157, 100) }
}

/** Counted as bytes, and as the signed bytes of some old programs; the checksum itself counts as spaces. */
function sumsOf(block: Uint8Array): readonly number[] {
  let [sum, signed] = [0, 0]
  for (let at = 0; at < block.length; at += 1) {
    const byte = at >= checksumAt && at < checksumAt + 8 ? space : block[at] ?? 0
    sum += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  return [sum, signed]
}

function textAt(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length)
  const end = bytes.indexOf(0)
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8')
}

/** Octal digits between spaces and zero bytes, or big-endian binary where the first bit is set; NaN where neither. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  const first = block[at] ?? 0
  if (first >= 0x80) return block.subarray(at + 1, at + length).reduce((number, byte) => number * 256 + byte, first === 0xff ? NaN : first & 0x7f)
  const digits = textAt(block, at, length).trim()
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : NaN
}
