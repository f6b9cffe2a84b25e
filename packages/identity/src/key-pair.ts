import 'reflect-metadata' // Must be loaded before @peculiar/x509, which declares its parts with decorators.
import { randomBytes } from 'node:crypto'
import { PemConverter } from '@peculiar/x509'

export const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A certificate and its private key (PKCS #8), both as PEM. */
export type KeyedCertificate = { certPem: string; keyPem: string }

export const createKeyPair = () => crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])

export async function exportKeyPem(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

export function importKeyPem(keyPem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(keyPem), keyAlgorithm, false, ['sign'])
}

/** 127 random bits: positive, and the first digit is never zero, as DER wants it. */
export function newSerialNumber(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0)
  return bytes.toString('hex')
}
