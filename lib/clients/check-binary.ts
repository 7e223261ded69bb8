import { contains } from '../formats/contains.ts'
import { executable } from '../formats/executable.ts'
import { goBuildInfo } from '../formats/go-build-info.ts'
import { ReleaseError } from '../values/errors.ts'
import { platformOf, type Target } from '../values/target.ts'
import { passingBytes } from '../oci/file-bytes.ts'
import { openBytes } from './open-bytes.ts'

export interface Expected {
  readonly target: Target
  /** The module path that the binary has to be of, where it is known. */
  readonly module?: string
  /** The toolchain that has to have made it, where it is known. */
  readonly go?: string
  readonly stamp: Readonly<Record<string, string>>
}

/**
 * Reads a binary and compares it with what it should be: the executable's header, Go's build information, stamped values.
 * @throws ReleaseError (BINARY, STAMP) with what was expected and what was found
 */
export async function checkBinary(file: string, expected: Expected): Promise<void> {
  const bytes = await openBytes(file)
  try {
    const { architecture, os } = platformOf(expected.target)
    const header = await executable(bytes)
    const architectures = architecture === 'all' ? everyMac : [architecture]
    if (!architectures.every(one => header.architectures.includes(one))) throw other(expected, 'architecture', architecture, header.architectures.join(', '))
    if (header.os !== undefined && !sameSystem(header.os, os)) throw other(expected, 'operating system', os, header.os)
    const info = await goBuildInfo(bytes)
    if (expected.module && info.module.path !== expected.module) throw other(expected, 'module', expected.module, info.module.path)
    if (expected.go && info.goVersion !== expected.go) throw other(expected, 'toolchain', expected.go, info.goVersion)
    if (info.settings['GOOS'] !== os) throw other(expected, 'GOOS', os, info.settings['GOOS'] ?? 'nothing')
    if (!architectures.includes(info.settings['GOARCH'] ?? '')) throw other(expected, 'GOARCH', architecture, info.settings['GOARCH'] ?? 'nothing')
  } finally {
    await bytes.close()
  }
  await checkStampedValues(file, bytes.size, expected)
}

async function checkStampedValues(file: string, size: number, { stamp, target }: Expected): Promise<void> {
  const names = Object.keys(stamp).filter(name => stamp[name] !== '')
  if (names.length === 0) return
  const found = await contains(passingBytes(file, size), names.map(name => Buffer.from(stamp[name] as string)))
  const lost = names.filter((_, index) => !found[index])
  if (lost.length === 0) return
  throw new ReleaseError(`Cannot stamp ${lost.join(', ')} for ${target}: the value is not in the binary`, {
    code: 'STAMP', hint: 'The program never uses that variable, or sets it itself: use it, or take it out of stamp.',
  })
}

/** What `darwin/all` stands for; the build info of such a file is that of its first part. */
const everyMac = ['amd64', 'arm64']

/** An ELF header that says nothing of its system fits several; Mach-O says macos for darwin. */
function sameSystem(found: string, wanted: string): boolean {
  return found === wanted || (wanted === 'android' && found === 'linux') || (wanted === 'illumos' && found === 'solaris')
}

function other({ target }: Expected, what: string, wanted: string, found: string): ReleaseError {
  return new ReleaseError(`Cannot use the binary for ${target}: its ${what} is ${found}, not ${wanted}`, {
    code: 'BINARY', hint: 'Something between the compiler and here replaced it: look for a wrapper named go, or a step that signs the wrong file.',
  })
}
