import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A zip without compression that Python writes by a script, which calls it `z`. */
export async function pythonZip(script: string): Promise<Buffer> {
  const program = `import zipfile,sys,io\nb = io.BytesIO()\nz = zipfile.ZipFile(b, 'w')\n${script}\nz.close()\nsys.stdout.buffer.write(b.getvalue())`
  const { stdout } = await promisify(execFile)('python3', ['-c', program], { encoding: 'buffer' })
  return stdout
}
