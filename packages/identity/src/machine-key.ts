import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

/** A private key (PKCS #8, PEM) for a machine, to stay on it. */
export function createKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

const sequence = 0x30
const set = 0x31
const commonName = Buffer.from('0603550403', 'hex')
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex')
const versionZero = Buffer.from('020100', 'hex')
const noAttributes = Buffer.from('a000', 'hex')

/**
 * Asks for a certificate for this key (PKCS #10, PEM). Who it is for is said by whoever signs. Written byte by byte, because the
 * library that reads it would be half of an agent's memory.
 */
export function createCertificateRequest(keyPem: string): string {
  const key = createPrivateKey(keyPem)
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const name = der(sequence, der(set, der(sequence, commonName, der(0x0c, Buffer.from('machine')))))
  const asked = der(sequence, versionZero, name, publicKey, noAttributes)
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', asked, key)])
  return pem(der(sequence, asked, der(sequence, ecdsaWithSha256), der(0x03, signature)))
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...head), content])
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`
}
