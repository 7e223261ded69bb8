import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { type GoHeader, goHeader } from '../../formats/go-header.ts'
import { readEach } from '../read-each.ts'

/** A folder of a module that has Go files. */
export interface GoPackage {
  /** Relative to the module: `.` or `./cmd/gateway`. */
  readonly path: string
  readonly name: string
  /** Reads its files, without tests and those that no build takes. */
  files(): readonly GoFile[]
}

export interface GoFile extends GoHeader {
  /** Absolute. */
  readonly file: string
}

/**
 * The package in one folder of a module, undefined where there is none. Only one of its files is read at first.
 * No go command is asked. Synchronous, because so many small reads are several times slower through the thread pool.
 */
export function goPackage(folder: string, path: string): GoPackage | undefined {
  const files = programFiles(join(folder, path))
  for (const file of files) {
    const header = headerOf(file)
    if (header && !header.ignored) return { path, name: header.package, files: () => readAll(files, header.package) }
  }
  return undefined
}

function programFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name.endsWith('.go') && !name.endsWith('_test.go') && !/^[._]/.test(name))
    .filter(entry => !entry.isDirectory()).map(({ name }) => join(folder, name)).sort()
}

/** The clause stands in the first kilobytes, but after a very long license. */
function headerOf(file: string): GoHeader | undefined {
  return goHeader(beginningOf(file)) ?? goHeader(readFileSync(file))
}

function beginningOf(file: string): Uint8Array {
  const opened = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(4096)
    return bytes.subarray(0, readSync(opened, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(opened)
  }
}

function readAll(files: readonly string[], name: string): readonly GoFile[] {
  const found: GoFile[] = []
  for (const { file, bytes } of readEach(files)) {
    const header = goHeader(bytes)
    if (header && !header.ignored && header.package === name) found.push({ ...header, file })
  }
  return found
}
