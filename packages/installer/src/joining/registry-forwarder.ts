import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { PlatformError } from '@berth/contract'
import type { JoinDoor } from './join-door.ts'

const registryPort = 5000
const passedOn = ['content-type', 'content-length', 'docker-content-digest', 'docker-distribution-api-version', 'etag']

export type Forwarder = { port: number; close(): Promise<void> }

/**
 * The cluster's registry where every machine has it, 127.0.0.1:5000, until its own edge is there to do this. Engines take
 * images from that address without further settings.
 */
export async function forwardRegistry(door: JoinDoor, port = registryPort): Promise<Forwarder> {
  const server = createServer((incoming, outgoing) => {
    forward(door, incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(portTaken(port, cause)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function forward(door: JoinDoor, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = incoming
  if (method !== 'GET' && method !== 'HEAD') return void outgoing.writeHead(405).end()
  const stop = new AbortController()
  outgoing.once('close', () => stop.abort())
  const answer = await door.readRegistry({ method, path, accept: headers.accept, signal: stop.signal })
  const kept = passedOn.flatMap((name) => (answer.headers[name] ? [[name, answer.headers[name]]] : []))
  outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept))
  await pipeline(answer, outgoing)
}

const portTaken = (port: number, cause: Error) =>
  new PlatformError('conflict', `Port ${port} of 127.0.0.1 is taken (${cause.message})`, {
    hint: "Berth's registry is reached there on every machine. Stop what listens on it, and run this again",
    cause,
  })
