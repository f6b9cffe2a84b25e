import { type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'

type Modem = { socketPath?: string; version?: string }

/** A connection to the engine that both sides speak HTTP/2 on from then on. Throws `engine_unavailable`, `engine_failed`. */
export async function hijack(
  docker: Dockerode,
  { path, headers = {} }: { path: '/grpc' | '/session'; headers?: Record<string, string | string[]> },
  signal: AbortSignal,
): Promise<Duplex> {
  const { socketPath, version } = docker.modem as Modem
  if (!socketPath) throw new PlatformError('engine_failed', 'BuildKit is only asked on a local socket')
  return engineCall('open a connection to BuildKit', signal, () =>
    upgrade({ socketPath, path: `/${version ?? 'v1.41'}${path}`, headers }, signal),
  )
}

type Target = { socketPath: string; path: string; headers: Record<string, string | string[]> }

function upgrade({ socketPath, path, headers }: Target, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ socketPath, path, method: 'POST', signal },
      headers: { ...headers, Connection: 'Upgrade', Upgrade: 'h2c' },
    })
    asked.once('upgrade', (_answer, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    asked.once('response', (answer) => refuse(answer).then(reject, reject))
    asked.once('error', reject)
    asked.end()
  })
}

async function refuse(answer: IncomingMessage): Promise<Error> {
  const words = await text(answer)
  return Object.assign(new Error(words.trim() || `HTTP ${answer.statusCode}`), { statusCode: answer.statusCode })
}
