import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface TlsCertificate {
  readonly key: string
  readonly cert: string
  /** Where the certificate lies, for SSL_CERT_FILE. */
  readonly file: string
  remove(): Promise<void>
}

/** A certificate for a host name, signed by itself, made by openssl. */
export async function tlsCertificate(host: string): Promise<TlsCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'))
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  await promisify(execFile)('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-keyout', key, '-out', file, '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`,
  ])
  return {
    file, key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
