import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { type IssuedCertificate, type KeyedCertificate, managerUnit } from '@berth/identity'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import { type AgentTimes, connectAgent } from './agent-connection.ts'
import type { AgentRegistrar } from './agent-registry.ts'
import { issueServerCertificate, keepCertificateFresh } from './server-certificate.ts'

export type AgentServerOptions = {
  host: string
  port: number
  ca: KeyedCertificate
  serverId: string
  registry: AgentRegistrar
  log: Logger
  now?(): number
  times?: AgentTimes
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

/** Lets in only machines with a certificate of this cluster, until the signal aborts. */
export async function serveAgents(options: AgentServerOptions, signal: AbortSignal): Promise<AgentServer> {
  const { ca, registry, serverId, log, now = Date.now, times = { silenceMs: 6_000 } } = options
  const issue = options.issue ?? (() => issueServerCertificate(ca, now()))
  const certificate = await issue()
  const server = createServer(tlsOptions(ca, certificate), (_, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const machine = readMachine(socket, now())
    if (!machine || request.url !== path) return refuse(socket)
    sockets.handleUpgrade(request, socket, head, (connection) =>
      connectAgent(connection, { machine, serverId, registry, times, now, log }),
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
    cert: certPem,
    key: keyPem,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
  }) as const

/** A resumed TLS session is not checked anew, so its certificate may have expired since. */
function readMachine(socket: Duplex, nowMs: number) {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { subject, valid_to } = socket.getPeerCertificate()
  const name = subject?.CN
  const isManager = subject?.OU === managerUnit
  const notAfterMs = Date.parse(valid_to)
  return typeof name === 'string' && name !== '' && notAfterMs > nowMs ? { name, isManager, notAfterMs } : undefined
}

const refuse = (socket: Duplex) =>
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')

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
