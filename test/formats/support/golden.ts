import { readFile, writeFile } from 'node:fs/promises'
import * as assert from 'uvu/assert'

/** Asserts that bytes are those of the file in test/golden; UPDATE_GOLDEN=1 writes it anew, to be reviewed. */
export async function golden(name: string, bytes: Uint8Array): Promise<void> {
  const file = new URL(`../../golden/${name}`, import.meta.url)
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, bytes)
  const expected = await readFile(file)
  assert.ok(expected.equals(bytes), `${name}: ${bytes.length} bytes, and not the ${expected.length} of the golden file`)
}
