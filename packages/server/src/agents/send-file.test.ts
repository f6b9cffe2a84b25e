import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { sendFile } from './send-file.ts'

test('whoever leaves between two pieces is noticed', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).on('error', () => undefined)
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  const file = {
    stat: async () => ({ size: 100 }),
    async read() {
      response.socket?.destroy()
      return { bytesRead: 10 }
    },
  }
  const sent = sendFile(
    file as unknown as FileHandle,
    { request, response, stallMs: 60_000 },
    new AbortController().signal,
  )
  await assert.rejects(sent)
})
