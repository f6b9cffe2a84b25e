import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ask, tryConnect } from './ask.ts'

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port, host: 'shop.test' }
}

test('a path is asked for as a visitor would, and what is answered is told by its hash', async (t) => {
  const target = await serve(t, ({ url, headers }, response) => {
    response.writeHead(302, { 'content-type': 'text/plain', location: '/elsewhere' }).end(`${headers.host}${url}`)
  })
  const [one, other, third] = [await ask(target, '/a?b=c'), await ask(target, '/a?b=c'), await ask(target, '/')]
  assert.deepEqual(one, other)
  assert.notDeepEqual(one, third)
  assert.ok(one.kind === 'answer')
  assert.deepEqual([one.status, one.contentType, one.bodyBytes], [302, 'text/plain', 'shop.test/a?b=c'.length])
})

test('no answer is told in words', async (t) => {
  const target = await serve(t, ({ socket }) => socket.destroy())
  assert.deepEqual(await ask(target, '/'), { kind: 'none', failure: 'socket hang up' })
  const closed = { ...target, port: 1 }
  assert.match((await tryConnect(closed)) ?? '', /ECONNREFUSED/)
  assert.equal(await tryConnect(target), undefined)
})
