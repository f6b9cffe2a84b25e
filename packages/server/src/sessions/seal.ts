import { createCipheriv, createDecipheriv, createHmac, createPrivateKey, hkdfSync, randomBytes } from 'node:crypto'

/** The keys of what is signed and kept secret in the database; derived, so that nothing more has to be kept safe. */
export type IdentityKeys = {
  cookieSecret: string
  secondFactorKey: Buffer
  recoveryCodeKey: Buffer
  registryKey: Buffer
  repositoryKey: Buffer
  webhookKey: Buffer
  buildSecretKey: Buffer
}

/** From the private key of the cluster's CA: made at install, only with the server, and not in the database. */
export function identityKeys(caKeyPem: string): IdentityKeys {
  // The key itself, not its text: another line end would otherwise sign everybody out.
  const material = createPrivateKey(caKeyPem).export({ type: 'pkcs8', format: 'der' })
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', material, '', `berth ${purpose}`, 32))
  return {
    cookieSecret: derive('session cookies').toString('base64url'),
    secondFactorKey: derive('second factors'),
    recoveryCodeKey: derive('recovery codes'),
    registryKey: derive('registries'),
    repositoryKey: derive('repositories'),
    webhookKey: derive('webhooks'),
    buildSecretKey: derive('build secrets'),
  }
}

/** AES-256-GCM. `owner` is not in the result, but needed to open it: a copy in another's row is worthless. */
export function seal(text: string, { key, owner }: { key: Buffer; owner: string }): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url')).join('.')
}

/** Undefined for what was sealed with another key or for another owner. */
export function unseal(text: string, { key, owner }: { key: Buffer; owner: string }): string | undefined {
  const [nonce, tag, sealed] = text.split('.').map((part) => Buffer.from(part, 'base64url'))
  if (!nonce || !tag || !sealed) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(Buffer.from(owner))
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

export const keyedHash = (text: string, key: Buffer) => createHmac('sha256', key).update(text).digest('base64url')
