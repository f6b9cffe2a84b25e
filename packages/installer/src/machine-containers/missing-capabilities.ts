import { readFile } from 'node:fs/promises'

/** By number, as in linux/capability.h. */
const capabilities = [
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE',
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN',
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE',
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE',
].flatMap((line) => line.split(' '))

/** What nobody on this host can have, and what an engine here therefore refuses to give, even to a privileged container. */
export async function readMissingCapabilities(): Promise<string[]> {
  return missingCapabilities(await readFile('/proc/self/status', 'utf8'))
}

export function missingCapabilities(status: string): string[] {
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`)
  return capabilities.filter((_, bit) => ((bounding >> BigInt(bit)) & 1n) === 0n)
}
