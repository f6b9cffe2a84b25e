import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import {
  clockSkewMs,
  createKeyPair,
  exportKeyPem,
  importKeyPem,
  type KeyedCertificate,
  keyAlgorithm,
  newSerialNumber,
} from './key-pair.ts'

/** What an Agent checks the Server's certificate for, whatever address it dialled. */
export const serverTlsName = 'berth-server'

/** Organizational unit in the certificate of a machine whose agent may answer for the whole cluster. */
export const managerUnit = 'manager'

/** `manager`: a machine that is a manager. What a machine says of itself is not enough: a worker could say it, too. */
export type CertificateKind = 'server' | 'machine' | 'manager'

export type IssuedCertificate = KeyedCertificate & { notAfterMs: number }

/** A server certificate can only serve and a machine certificate can only dial, so that neither passes for the other. */
export async function issueCertificate(request: {
  ca: KeyedCertificate
  commonName: string
  kind: CertificateKind
  validMs: number
  now: Date
}): Promise<IssuedCertificate> {
  const { ca, commonName, kind, validMs, now } = request
  const caCertificate = new X509Certificate(ca.certPem)
  const keys = await createKeyPair()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: new Name([{ CN: [commonName] }, ...(kind === 'manager' ? [{ OU: [managerUnit] }] : [])]),
    issuer: caCertificate.subjectName,
    notBefore: new Date(now.getTime() - clockSkewMs),
    notAfter: new Date(now.getTime() + validMs),
    publicKey: keys.publicKey,
    signingKey: await importKeyPem(ca.keyPem),
    signingAlgorithm: keyAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([kind === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth]),
      await AuthorityKeyIdentifierExtension.create(caCertificate.publicKey),
      ...(kind === 'server' ? [alternativeNames()] : []),
    ],
  })
  return {
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: await exportKeyPem(keys.privateKey),
    notAfterMs: certificate.notAfter.getTime(),
  }
}

const alternativeNames = () =>
  new SubjectAlternativeNameExtension([
    { type: 'dns', value: serverTlsName },
    { type: 'dns', value: 'localhost' },
  ])
