import { ReleaseError } from '../values/errors.ts'
import { exactBytes } from './exact-bytes.ts'

/** A Mach-O file for one architecture. */
export interface Slice {
  /** Go's name. */
  readonly architecture: string
  /** Bytes that `open` yields. */
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

export interface Universal {
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

/** cputype and cpusubtype of <mach/machine.h>, and the alignment that lipo gives (a power of two), in lipo's order. */
const kinds = [
  { architecture: 'amd64', type: 0x01000007, subtype: 3, alignment: 12 },
  { architecture: 'arm64', type: 0x0100000c, subtype: 0, alignment: 14 },
]

interface Placed extends Slice {
  readonly offset: number
  readonly kind: typeof kinds[number]
}

const magic = 0xcafebabe
const largest = 0xffffffff

/**
 * Joins Mach-O files into one for several architectures (<mach-o/fat.h>), in the order and with the gaps of lipo,
 * whatever their order here. Throws TARGET for an architecture that macOS does not have or that comes twice, and
 * BINARY beyond 4 GiB.
 */
export function universal(slices: readonly Slice[]): Universal {
  const placed = place(slices)
  const last = placed.at(-1)
  const size = last === undefined ? 0 : last.offset + last.size
  if (size > largest) {
    throw new ReleaseError('Cannot make a universal binary: it would be larger than 4 GiB', {
      code: 'BINARY',
      hint: 'Release one binary for each architecture.',
    })
  }
  return { size, open: () => join(placed) }
}

function place(slices: readonly Slice[]): Placed[] {
  checkArchitectures(slices.map(({ architecture }) => architecture))
  let end = headerSize(slices)
  return kinds.flatMap(kind => slices.filter(({ architecture }) => architecture === kind.architecture).map(slice => {
    const offset = Math.ceil(end / 2 ** kind.alignment) * 2 ** kind.alignment
    end = offset + slice.size
    return { ...slice, offset, kind }
  }))
}

function checkArchitectures(architectures: readonly string[]): void {
  const fault = faultOf(architectures)
  if (fault === undefined) return
  throw new ReleaseError(`Cannot make a universal binary: ${fault}`, {
    code: 'TARGET',
    hint: 'Join one binary for darwin/amd64 and one for darwin/arm64.',
  })
}

function faultOf(architectures: readonly string[]): string | undefined {
  if (architectures.length === 0) return 'there is nothing to join'
  const unknown = architectures.find(one => kinds.every(({ architecture }) => architecture !== one))
  if (unknown !== undefined) return `${unknown} is no architecture of macOS`
  const twice = architectures.find((one, index) => architectures.indexOf(one) < index)
  return twice === undefined ? undefined : `${twice} comes twice`
}

async function* join(slices: readonly Placed[]): AsyncGenerator<Uint8Array> {
  let end = headerSize(slices)
  yield header(slices)
  for (const { architecture, offset, size, open } of slices) {
    yield Buffer.alloc(offset - end)
    yield* exactBytes({ name: `the ${architecture} slice`, size, open })
    end = offset + size
  }
}

function headerSize(slices: readonly Slice[]): number {
  return 8 + slices.length * 20
}

function header(slices: readonly Placed[]): Uint8Array {
  const words = slices.flatMap(({ kind, offset, size }) => [kind.type, kind.subtype, offset, size, kind.alignment])
  const bytes = Buffer.alloc(headerSize(slices))
  const fields = [magic, slices.length, ...words]
  fields.forEach((word, index) => bytes.writeUInt32BE(word, index * 4))
  return bytes
}
