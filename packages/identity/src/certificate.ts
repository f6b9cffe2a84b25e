import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
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
import { readCertificateRequest } from './certificate-request.ts'
import {
  createKeyPair,
  exportKeyPem,
  importKeyPem,
  type KeyedCertificate,
  keyAlgorithm,
  newSerialNumber,
} from './key-pair.ts'
import { clockSkewMs, managerUnit } from './machine-certificate.ts'

/** What an Agent checks the Server's certificate for, whatever address it dialled. */
export const serverTlsName = 'berth-server'

/** Short: what is done against a stolen one must not have to last long. Agents renew theirs when half of it is gone. */
export const machineCertificateMs = 7 * 24 * 3_600_000

/** `manager`: a machine that is a manager. What a machine says of itself is not enough: a worker could say it, too. */
export type CertificateKind = 'server' | 'machine' | 'manager'

export type IssuedCertificate = KeyedCertificate & { notAfterMs: number }
export type SignedCertificate = Omit<IssuedCertificate, 'keyPem'>

type Wanted = {
  ca: KeyedCertificate
  commonName: string
  kind: CertificateKind
  /** Of a machine: who it is, over all its certificates. A new one if it is left out. */
  identityId?: string | undefined
  /** Of a machine: what the engine calls it, where that is known for certain. */
  machineId?: string | undefined
  validMs: number
  now: Date
}

/** A server certificate can only serve and a machine certificate can only dial, so that neither passes for the other. */
export async function issueCertificate(wanted: Wanted): Promise<IssuedCertificate> {
  const keys = await createKeyPair()
  return { ...(await sign(wanted, keys.publicKey)), keyPem: await exportKeyPem(keys.privateKey) }
}

/** For a key that stays where it was made. Throws where the request is not signed with it. */
export async function signCertificateRequest(wanted: Wanted & { csrPem: string }): Promise<SignedCertificate> {
  const { publicKey } = await readCertificateRequest(wanted.csrPem)
  return sign(wanted, publicKey)
}

async function sign(wanted: Wanted, publicKey: CryptoKey): Promise<SignedCertificate> {
  const { ca, kind, validMs, now } = wanted
  const caCertificate = new X509Certificate(ca.certPem)
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: subjectOf(wanted),
    issuer: caCertificate.subjectName,
    notBefore: new Date(now.getTime() - clockSkewMs),
    notAfter: new Date(now.getTime() + validMs),
    publicKey,
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
  return { certPem: `${certificate.toString('pem')}\n`, notAfterMs: certificate.notAfter.getTime() }
}

const serialNumberAttribute = '2.5.4.5'
const qualifierAttribute = '2.5.4.46'

const subjectOf = ({ commonName, kind, identityId = randomUUID(), machineId }: Wanted): Name =>
  new Name([
    { CN: [commonName] },
    ...(kind === 'manager' ? [{ OU: [managerUnit] }] : []),
    ...(kind === 'server' ? [] : [{ [serialNumberAttribute]: [identityId] }]),
    ...(kind === 'server' || machineId === undefined ? [] : [{ [qualifierAttribute]: [machineId] }]),
  ])

const alternativeNames = () =>
  new SubjectAlternativeNameExtension([
    { type: 'dns', value: serverTlsName },
    { type: 'dns', value: 'localhost' },
  ])
