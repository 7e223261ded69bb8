import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { digestOf } from '../values/digest.ts'
import { ReleaseError } from '../values/errors.ts'

/** Certificates that programs trust, and where they come from. */
export interface CertificateBundle {
  /** In PEM form, one after the other. */
  readonly pem: string
  /** `node v20.19.0 sha256:...` or `file sha256:...`: what the bytes depend on. */
  readonly origin: string
}

/**
 * The certificates of a file as they are, or Mozilla's list as this Node carries it, sorted by their SHA-256 fingerprints.
 * @param file in PEM form, absolute
 * @throws ReleaseError (FILES) where the file cannot be read, holds no certificate, a damaged one, or a private key
 */
export async function certificateBundle(file?: string): Promise<CertificateBundle> {
  if (file === undefined) {
    const pem = [...rootCertificates].map(text => `${text.trim()}\n`).sort(byFingerprint()).join('')
    return { pem, origin: `node ${process.version} ${digestOf(pem)}` }
  }
  const pem = await readFile(file, 'utf8').catch(cause => { throw refusal(file, `it cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause) })
  checkCertificates(pem, file)
  return { pem, origin: `file ${digestOf(pem)}` }
}

function byFingerprint(): (a: string, b: string) => number {
  const known = new Map<string, string>()
  const fingerprint = (pem: string): string => {
    const found = known.get(pem) ?? digestOf(Buffer.from(pem.replaceAll(/-----.*-----/g, ''), 'base64'))   // a tenth of the time that an X509Certificate takes
    known.set(pem, found)
    return found
  }
  return (a, b) => (fingerprint(a) < fingerprint(b) ? -1 : Number(fingerprint(a) > fingerprint(b)))
}

function checkCertificates(pem: string, file: string): void {
  if (pem.includes('PRIVATE KEY-----')) throw refusal(file, 'it has a private key in it, which everybody who has the image could read')
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw refusal(file, 'it has no certificate in PEM form')
  for (const [index, block] of blocks.entries()) {
    try {
      void new X509Certificate(block)
    } catch (cause) {
      throw refusal(file, `certificate ${index + 1} in it is damaged`, cause)
    }
  }
}

function refusal(file: string, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot take certificates from ${file}: ${why}`, {
    code: 'FILES', cause, hint: 'Name a file of certificates that start with -----BEGIN CERTIFICATE-----.',
  })
}
