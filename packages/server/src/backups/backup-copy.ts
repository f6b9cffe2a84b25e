import type { BackupFile } from '@berth/contract'
import type { AgentChannel } from '../agents/agent-registry.ts'

/** Hands a backup from one machine to another in pieces. It is sealed, and neither has kept the key. */
export async function copyBackup(
  { name, sizeBytes }: BackupFile,
  { from, to }: { from: AgentChannel; to: AgentChannel },
  signal: AbortSignal,
): Promise<void> {
  for (let offset = 0; offset < sizeBytes; ) {
    const { base64 } = await from.call('readBackup', { name, offset }, { signal })
    const lengthBytes = Buffer.byteLength(base64, 'base64')
    if (lengthBytes === 0) throw new Error(`${name} ends at ${offset} of ${sizeBytes} bytes`)
    const isLast = offset + lengthBytes === sizeBytes
    await to.call('keepBackup', { name, offset, base64, isLast }, { signal })
    offset += lengthBytes
  }
}
