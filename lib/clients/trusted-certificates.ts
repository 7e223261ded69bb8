import { readFile } from 'node:fs/promises'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { ReleaseError } from '../values/errors.ts'

/**
 * The certificates that SSL_CERT_FILE names, besides those that Node trusts; undefined where it names none.
 * @throws ReleaseError (NETWORK) where the file cannot be read or holds none
 */
export async function trustedCertificates(environment: Readonly<Record<string, string | undefined>>): Promise<SecureContext | undefined> {
  const { SSL_CERT_FILE: file, NODE_EXTRA_CA_CERTS: extra } = environment
  if (!file) return undefined
  // Whoever names certificates has to name Node's own again.
  return createSecureContext({ ca: [...rootCertificates, ...extra ? [await read(extra, 'NODE_EXTRA_CA_CERTS')] : [], await read(file, 'SSL_CERT_FILE')] })
}

async function read(file: string, variable: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => { throw unusable(file, variable, 'it cannot be read', cause) })
  if (!text.includes('-----BEGIN')) throw unusable(file, variable, 'it holds no certificate in PEM form')
  return text
}

function unusable(file: string, variable: string, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot use the certificates in ${file}: ${why}`, {
    code: 'NETWORK', cause, hint: `Correct ${variable}, or unset it.`,
  })
}
