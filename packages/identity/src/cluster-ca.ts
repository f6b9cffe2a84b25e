import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { createKeyPair, exportKeyPem, type KeyedCertificate, keyAlgorithm, newSerialNumber } from './key-pair.ts'
import { clockSkewMs } from './machine-certificate.ts'

const validMs = 20 * 365 * 24 * 3_600_000

/** The root that every Server and Agent of one cluster trusts, and nobody else. */
export async function createClusterCa({ now }: { now: Date }): Promise<KeyedCertificate> {
  const keys = await createKeyPair()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Berth cluster CA',
    serialNumber: newSerialNumber(),
    notBefore: new Date(now.getTime() - clockSkewMs),
    notAfter: new Date(now.getTime() + validMs),
    keys,
    signingAlgorithm: keyAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: await exportKeyPem(keys.privateKey) }
}
