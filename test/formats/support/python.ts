import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What python's own reader finds in an archive: name, mode, size and SHA-256 of each member. */
export async function pythonList(kind: 'tar' | 'zip', file: string): Promise<unknown> {
  const { stdout } = await run('python3', ['-c', scripts[kind], file], { env: { ...process.env, PYTHONUTF8: '1' } })
  return JSON.parse(stdout)
}

const scripts = {
  tar: `
import sys, json, hashlib, tarfile
digest = lambda data: hashlib.sha256(data).hexdigest()
archive = tarfile.open(sys.argv[1])
print(json.dumps([[m.name, m.mode, m.size, digest(archive.extractfile(m).read())] for m in archive if m.isreg()]))`,
  zip: `
import sys, json, hashlib, zipfile
digest = lambda data: hashlib.sha256(data).hexdigest()
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
mode = lambda m: m.external_attr >> 16 & 0o7777
print(json.dumps([[m.filename, mode(m), m.file_size, digest(archive.read(m))] for m in archive.infolist()]))`,
}
