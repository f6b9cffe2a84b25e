import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { PlatformError } from './errors.ts'
import { MachineName, MachineRole } from './machine-name.ts'

/** What a join token says to who holds it. */
export const JoinTicket = z.strictObject({
  machine: MachineName,
  /** `host:port` of each server, in the order to try them. */
  servers: z.array(z.string().max(300)).min(1).max(20),
  /** Of the DER form of the cluster's CA, in hex: whoever answers must prove to be of this cluster. */
  caSha256: z.string().regex(/^[0-9a-f]{64}$/),
  secret: z.string().min(1).max(200),
})
export type JoinTicket = z.infer<typeof JoinTicket>

const prefix = 'BERTH-'

export const formatJoinToken = (ticket: JoinTicket): string =>
  `${prefix}${new TextEncoder().encode(JSON.stringify(ticket)).toBase64({ alphabet: 'base64url', omitPadding: true })}`

/** Throws `join_token_invalid`. */
export function parseJoinToken(token: string): JoinTicket {
  const text = token.trim()
  try {
    if (!text.startsWith(prefix)) throw new TypeError(`It does not begin with ${prefix}`)
    const bytes = Uint8Array.fromBase64(text.slice(prefix.length), { alphabet: 'base64url' })
    return JoinTicket.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (cause) {
    throw new PlatformError('join_token_invalid', 'This is not a join token, or a part of it is missing', {
      hint: 'Copy the whole line that `berth machines join-command` printed',
      cause,
    })
  }
}

export const createJoinToken = defineEndpoint({
  method: 'POST',
  path: '/v1/machines/join-tokens',
  access: 'admin',
  on: 'platform',
  summary: 'Make a token with which one machine of this name can join, once; an earlier one for that name ends',
  body: z.strictObject({
    machine: MachineName,
    role: MachineRole.default('worker'),
    expiresInMinutes: z.int().min(1).max(10_080, 'use at most seven days').default(60),
  }),
  result: z.strictObject({
    /** Shown only here. */
    token: z.string(),
    machine: z.string(),
    role: MachineRole,
    expiresAt: z.iso.datetime(),
  }),
  errors: ['machine_exists', 'engine_unavailable'],
})

/** Where everything on the port of the agents that needs no certificate begins. */
export const joinPath = '/join'
/** `POST` with the secret: whether the other machines reach the one that the token is for, once it has joined. */
export const joinReachabilityPath = `${joinPath}/reachability`
/** Read-only way to the registry for who holds a token: `<registryPath>/v2/...`. */
export const joinRegistryPath = `${joinPath}/registry`

/** What a machine needs to know of the cluster. Also answered to `GET /join` with the secret, which uses nothing up. */
export const JoinSettings = z.strictObject({
  machine: z.string(),
  role: MachineRole,
  domain: z.string(),
  httpPort: z.int(),
  version: z.string(),
  /** `host:port`, as an agent dials them. */
  servers: z.array(z.string()),
  /** By the names that the cluster's own registry or every engine knows them by. */
  images: z.strictObject({ berth: z.string(), edge: z.string() }),
})
export type JoinSettings = z.infer<typeof JoinSettings>

/** `POST https://<server>/join`. The same key may ask again while the token is valid, as after a connection that broke. */
export const JoinRequest = z.strictObject({
  secret: z.string().max(200),
  machine: MachineName,
  /** PKCS #10, signed with the key that the machine made and keeps; only its public key is taken from it. */
  csrPem: z.string().max(8_192),
  engineVersion: z.string().max(100),
  /** As the engine calls it, such as `x86_64`. */
  architecture: z.string().max(100),
})
export type JoinRequest = z.infer<typeof JoinRequest>

export const JoinAnswer = z.strictObject({
  settings: JoinSettings,
  certPem: z.string(),
  caPem: z.string(),
  swarm: z.strictObject({
    joinToken: z.string(),
    /** `host:2377` of each manager that answers. */
    managerAddresses: z.array(z.string()),
  }),
})
export type JoinAnswer = z.infer<typeof JoinAnswer>
