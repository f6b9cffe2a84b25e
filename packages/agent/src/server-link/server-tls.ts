import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import type { Identity } from './identity-files.ts'

/** What the server's certificate must say, whatever address was dialled. */
export const serverName = 'berth-server'

/** Of each connection to a server: shows who this machine is, and takes nobody else for the server. */
export const serverTls = ({ ca, cert, key }: Identity) =>
  ({
    ca,
    cert,
    key,
    servername: serverName,
    checkServerIdentity: (_dialled, peer) => checkServerIdentity(serverName, peer),
    minVersion: 'TLSv1.3',
  }) satisfies ConnectionOptions
