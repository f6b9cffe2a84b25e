import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { Pkcs10CertificateRequest } from '@peculiar/x509'
import { keyAlgorithm } from './key-pair.ts'

/** Whoever asks has shown to hold the private key. Throws a TypeError where that, or the kind of key, is not right. */
export async function readCertificateRequest(csrPem: string): Promise<{ publicKey: CryptoKey; keySha256: string }> {
  try {
    const request = new Pkcs10CertificateRequest(csrPem)
    const publicKey = await request.publicKey.export(keyAlgorithm, ['verify'])
    if (!(await request.verify())) throw new TypeError('It is not signed with its own key')
    return { publicKey, keySha256: createHash('sha256').update(Buffer.from(request.publicKey.rawData)).digest('hex') }
  } catch (cause) {
    throw new TypeError('This is no certificate request for an ECDSA key on P-256, signed with that key', { cause })
  }
}
