import { once } from 'node:events'
import { WebSocket } from 'ws'

export type OpenWebSocket = Awaited<ReturnType<typeof openWebSocket>>

/** To the test app through an edge; each answer names who gave it and counts this connection's. */
export async function openWebSocket(address: string, host: string) {
  const socket = new WebSocket(`ws://${address}/`, { headers: { host } })
  await once(socket, 'open')
  return {
    async ask() {
      socket.send('who are you')
      const [message] = await once(socket, 'message', { signal: AbortSignal.timeout(5000) })
      const [release, instance, count] = String(message).split(' ')
      return { release, instance, count: Number(count) }
    },
    close: () => socket.terminate(),
  }
}
