import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { connectDocker } from '../connect-docker.ts'

/** An engine of which only a few answers matter; `answers` is by method and path, without version and query. */
export async function anEngine(t: TestContext, answers: Record<string, (response: ServerResponse) => void>) {
  const asked: string[] = []
  const server = createServer(({ method, url = '' }, response) => {
    const call = `${method} ${url.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '')}`
    if (call === 'GET /version') return void response.end(JSON.stringify({ ApiVersion: '1.41' }))
    asked.push(call)
    const answer = answers[call]
    if (answer) return answer(response)
    response.writeHead(404).end(JSON.stringify({ message: 'no such image' }))
  })
  const socketPath = join(mkdtempSync(join(tmpdir(), 'berth-engine-')), 'docker.sock')
  server.listen(socketPath)
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { docker: await connectDocker(socketPath), asked }
}

export const refuse = (status: number, message: string) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
export const give = (body: unknown) => (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
