import { isIPv6 } from 'node:net'
import { PlatformError, parseHostPort } from '@berth/contract'

export type SshTarget = { user: string; host: string; port: number }

export const defaultSshPort = 22

/** Reads `user@host`, as ssh does, and `user@host:port`; an IPv6 address with a port is in brackets. */
export function parseTarget(text: string, wantedPort?: number): SshTarget {
  const at = text.lastIndexOf('@')
  const user = text.slice(0, Math.max(at, 0))
  const { host, port } = readPlace(text.slice(at + 1), wantedPort)
  const isHost = isIPv6(host) || /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(host)
  // A name that starts with a hyphen is an option to most programs.
  const isUser = /^[a-z0-9_][a-z0-9_.\\@-]*\$?$/i.test(user)
  if (isHost && isUser) return { user, host: host.toLowerCase(), port }
  throw new PlatformError('invalid_request', `"${text}" does not say who signs in where`, {
    hint: 'Say it as user@host, for example root@192.168.1.20; another port than 22 is said with --port',
  })
}

function readPlace(text: string, wantedPort: number | undefined): { host: string; port: number } {
  const place = parseHostPort(text)
  if (!place) return { host: text.replace(/^\[(.*)\]$/, '$1'), port: wantedPort ?? defaultSshPort }
  if (wantedPort === undefined || wantedPort === place.port) return place
  throw new PlatformError('invalid_request', `"${text}" says port ${place.port}, and --port says ${wantedPort}`)
}

export const describeTarget = ({ user, host, port }: SshTarget) =>
  `${user}@${isIPv6(host) ? `[${host}]` : host}${port === defaultSshPort ? '' : ` (port ${port})`}`
