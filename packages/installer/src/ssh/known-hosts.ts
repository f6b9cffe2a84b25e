import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { defaultSshPort } from './ssh-target.ts'

/** Where a line of a known_hosts file stands, so that a person can look at it. */
export type Place = { file: string; line: number }
export type KnownHost = Place & { marker: string | undefined; hosts: string; keyType: string; key: Buffer }

export type HostKeyVerdict =
  | { kind: 'known' }
  | { kind: 'unknown' }
  /** Other keys are on record for this host, and not this one. */
  | { kind: 'changed'; places: Place[] }
  | { kind: 'revoked'; places: Place[] }

type Address = { host: string; port: number }

export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((line, index): KnownHost[] => {
    const words = line.trim().split(/\s+/)
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined
    const [hosts = '', keyType = '', key = ''] = words
    if (hosts.startsWith('#') || key === '') return []
    return [{ file, line: index + 1, marker, hosts, keyType, key: Buffer.from(key, 'base64') }]
  })
}

export function judgeHostKey(known: readonly KnownHost[], address: Address, key: Buffer): HostKeyVerdict {
  const ours = known.filter(({ hosts }) => matchesHost(hosts, nameOf(address)))
  const same = ours.filter((it) => it.key.equals(key))
  const revoked = same.filter(({ marker }) => marker === '@revoked')
  if (revoked.length > 0) return { kind: 'revoked', places: revoked.map(placeOf) }
  const trusted = ours.filter(({ marker }) => marker === undefined)
  if (trusted.some((it) => it.key.equals(key))) return { kind: 'known' }
  // Also a key of another type than the ones on record: else somebody in between would only have to offer a new type.
  return trusted.length > 0 ? { kind: 'changed', places: trusted.map(placeOf) } : { kind: 'unknown' }
}

/** The types of key on record, for which the server is asked first. */
export function knownKeyTypes(known: readonly KnownHost[], address: Address): string[] {
  const ours = known.filter(({ marker, hosts }) => marker === undefined && matchesHost(hosts, nameOf(address)))
  return [...new Set(ours.map(({ keyType }) => keyType))]
}

/** The line that makes a host known. */
export const knownHostLine = (address: Address, key: Buffer) =>
  `${nameOf(address)} ${keyTypeOf(key)} ${key.toString('base64')}\n`

/** As ssh prints it, and as a provider's console shows it. */
export const fingerprintOf = (key: Buffer) =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** A public key begins with the name of its type, after four bytes of length. */
export function keyTypeOf(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0
  return key.toString('latin1', 4, 4 + length)
}

const placeOf = ({ file, line }: KnownHost): Place => ({ file, line })

const nameOf = ({ host, port }: Address) => (port === defaultSshPort ? host : `[${host}]:${port}`)

function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHash(hosts, name)
  const patterns = hosts.split(',')
  const matches = (pattern: string) => wildcard(pattern).test(name)
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern))
}

function matchesHash(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|')
  const expected = Buffer.from(hash, 'base64')
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'i')
}
