import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { formatHostPort, PlatformError } from '@berth/contract'

const timeoutMs = 10_000

export type FoundCa = {
  caPem: string
  /** Under which this machine speaks to the server. */
  localAddress: string
}

/**
 * The cluster's CA as a server sends it, if it is the one with this fingerprint. Nothing is said to the server before
 * that: every later connection trusts this CA and nobody else.
 */
export async function fetchPinnedCa(
  server: { host: string; port: number },
  caSha256: string,
  signal?: AbortSignal,
): Promise<FoundCa> {
  const socket = connect({ ...server, rejectUnauthorized: false })
  try {
    const abort = AbortSignal.timeout(timeoutMs)
    await once(socket, 'secureConnect', { signal: signal ? AbortSignal.any([signal, abort]) : abort })
    const found = chainOf(socket.getPeerCertificate(true)).find((der) => sha256(der) === caSha256)
    if (found) return { caPem: new X509Certificate(found).toString(), localAddress: socket.localAddress ?? '' }
  } finally {
    socket.destroy()
  }
  throw new PlatformError(
    'forbidden',
    `What answers at ${formatHostPort(server.host, server.port)} is not the cluster of this token`,
    {
      hint: 'Nothing was told to it. Is the address still that of your cluster? Make a new token: berth machines join-command',
    },
  )
}

const sha256 = (der: Buffer) => createHash('sha256').update(der).digest('hex')

/** The last one of a chain names itself as its issuer. */
function chainOf(certificate: DetailedPeerCertificate): Buffer[] {
  const chain: Buffer[] = []
  for (let at = certificate; at?.raw; at = at.issuerCertificate) {
    chain.push(at.raw)
    if (at.issuerCertificate === at) break
  }
  return chain
}
