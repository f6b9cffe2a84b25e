import type { SshHost } from '../ssh/ssh-host.ts'

/** A connection that broke may have left packages half installed, and then apt-get refuses everything. */
export const finishPackages = (host: SshHost) =>
  host.end(['env', 'DEBIAN_FRONTEND=noninteractive', 'dpkg', '--configure', '-a'])
