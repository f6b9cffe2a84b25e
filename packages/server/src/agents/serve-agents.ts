import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { parseServerFilePath, type ServerFile } from '@berth/contract'
import { type IssuedCertificate, type KeyedCertificate, readMachineCertificate } from '@berth/identity'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import type { JoinDoor } from '../joining/join-door.ts'
import type { RenewCertificate } from '../machines/certificate-renewal.ts'
import type { IdentityStore } from '../machines/identity-store.ts'
import { type AgentTimes, connectAgent } from './agent-connection.ts'
import type { AgentRegistrar, AgentRegistry } from './agent-registry.ts'
import { fileServer, type OpenFile } from './serve-file.ts'
import { issueServerCertificate, keepCertificateFresh } from './server-certificate.ts'

export type AgentServerOptions = {
  host: string
  port: number
  ca: KeyedCertificate
  serverId: string
  registry: AgentRegistrar & Pick<AgentRegistry, 'list' | 'onChange'>
  identities: Pick<IdentityStore, 'admit' | 'isRemoved'>
  renewCertificate: RenewCertificate
  /** What machines fetch. */
  files: Readonly<Record<ServerFile['kind'], OpenFile>>
  /** Answers everything that is neither an agent nor a file for one. */
  door: JoinDoor
  log: Logger
  now?(): number
  times?: Partial<AgentTimes>
  issue?(): Promise<IssuedCertificate>
}

export type AgentServer = {
  port: number
  /** Resolves when the last connection has ended after the signal aborted. */
  closed: Promise<void>
}

const path = '/agent'
/** A whole cluster's state is one frame. */
const maxFrameBytes = 64 * 1024 ** 2
const usualTimes: AgentTimes = { silenceMs: 6_000, stallMs: 300_000 }

/**
 * Lets in as agents only machines with a certificate of this cluster, until the signal aborts. TLS without one is accepted for
 * the door, so whoever adds a way in here must ask `readMachine`.
 */
export async function serveAgents(options: AgentServerOptions, signal: AbortSignal): Promise<AgentServer> {
  const { ca, door, log, now = Date.now } = options
  const times = { ...usualTimes, ...options.times }
  const issue = options.issue ?? (() => issueServerCertificate(ca, now()))
  const certificate = await issue()
  const limits = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 5_000 }
  const machineOf = (socket: Duplex) => readMachine(socket, { caPem: ca.certPem, nowMs: now() })
  const serveFile = fileServer({ ...options, times }, signal)
  const server = createServer({ ...tlsOptions(ca, certificate), ...limits }, (request, response) => {
    const file = request.method === 'GET' ? parseServerFilePath(request.url ?? '') : undefined
    const machine = file && machineOf(request.socket)
    void (machine ? serveFile(file, { machine, request, response }) : door(request, response))
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const certificate = machineOf(socket)
    if (!certificate) return refuse(socket, { log, status: '401 Unauthorized' })
    if (request.url !== path) return refuse(socket, { log, status: '404 Not Found' })
    sockets.handleUpgrade(request, socket, head, (connection) =>
      connectAgent(connection, { ...options, certificate, times, now }),
    )
  })
  server.on('tlsClientError', (error, { remoteAddress }) =>
    log.warn({ address: remoteAddress, reason: error.message }, 'agent_refused'),
  )

  await listen(server, options)
  const apply = (next: IssuedCertificate) => server.setSecureContext(tlsOptions(ca, next))
  const onError = (error: unknown) => log.error({ err: error }, 'server_certificate_not_renewed')
  const renewing = keepCertificateFresh(certificate, { issue, apply, now, onError }, signal)

  const { port } = server.address() as AddressInfo
  log.info({ host: options.host, port }, 'agents_listening')
  return { port, closed: Promise.all([closeOnAbort(server, sockets, signal), renewing]).then(() => undefined) }
}

const tlsOptions = (ca: KeyedCertificate, { certPem, keyPem }: KeyedCertificate) =>
  ({
    ca: ca.certPem,
    // With the CA, so that who joins can compare it with the fingerprint in the token.
    cert: `${certPem}${ca.certPem}`,
    key: keyPem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  }) as const

/**
 * Not left to `authorized` alone: that is also said of a TLS session that was taken up again, whose certificate is not checked
 * anew or was never shown.
 */
function readMachine(socket: Duplex, at: { caPem: string; nowMs: number }) {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { raw } = socket.getPeerCertificate()
  return raw ? readMachineCertificate(new X509Certificate(raw), at) : undefined
}

function refuse(socket: Duplex, { status, log }: { status: string; log: Logger }) {
  const { remoteAddress, authorizationError } = socket as TLSSocket
  log.warn({ address: remoteAddress, status, reason: authorizationError }, 'agent_refused')
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function closeOnAbort(server: Server, sockets: WebSocketServer, signal: AbortSignal) {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  const closed = new Promise((resolve) => server.close(resolve))
  for (const socket of sockets.clients) socket.terminate()
  server.closeAllConnections()
  await closed
}
