import { createPrivateKey, hkdfSync } from 'node:crypto'

/**
 * The key that backups are sealed with, from the private key of the cluster's CA: who has that file, and it is in the state
 * folder of the first machine, can open every backup on a bare machine. Derived, so that it opens nothing else.
 */
export function backupKey(caKeyPem: string): Buffer {
  // The key itself, not its text: another line end must not make a backup worthless.
  const material = createPrivateKey(caKeyPem).export({ type: 'pkcs8', format: 'der' })
  return Buffer.from(hkdfSync('sha256', material, '', 'berth backups', 32))
}
