import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'

export type DeployKey = {
  /** As OpenSSH keeps one in a file. */
  privateKey: string
  /** As one line, for the deploy keys of a repository. */
  publicKey: string
}

const algorithm = 'ssh-ed25519'

/** `comment`: what people see it by in a list of keys; no space. */
export function makeDeployKey(comment: string): DeployKey {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const [publicBytes, secretBytes] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')]
  const publicBlob = Buffer.concat([field(algorithm), field(publicBytes)])
  const check = randomBytes(4)
  const secretPart = padded(
    Buffer.concat([
      ...[check, check, publicBlob],
      ...[field(Buffer.concat([secretBytes, publicBytes])), field(comment)],
    ]),
  )
  const [noCipher, noDerivation, noOptions] = [field('none'), field('none'), field('')]
  const container = [noCipher, noDerivation, noOptions, uint32(1), field(publicBlob), field(secretPart)]
  return {
    privateKey: armoured(Buffer.concat([Buffer.from('openssh-key-v1\0'), ...container])),
    publicKey: `${algorithm} ${publicBlob.toString('base64')} ${comment}`,
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** To whole blocks of 8 bytes, by 1, 2, 3 ... as the format wants. */
function padded(part: Buffer): Buffer {
  const missing = (8 - (part.length % 8)) % 8
  return Buffer.concat([part, Buffer.from(Array.from({ length: missing }, (_, i) => i + 1))])
}

const armoured = (bytes: Buffer) =>
  [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...(bytes.toString('base64').match(/.{1,70}/g) ?? []),
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n')

/** Of each line as in known_hosts, what `ssh-keygen -l` says: `SHA256:...`. */
export const fingerprintsOf = (hostKeys: string): string[] =>
  hostKeys.split('\n').flatMap((line) => {
    const [, , blob] = line.trim().split(/\s+/)
    if (!blob) return []
    const hash = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64')
    return `SHA256:${hash.replace(/=+$/, '')}`
  })
