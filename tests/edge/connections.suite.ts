import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { edgeFiles } from '../../packages/agent/src/edge/edge-files.ts'
import { parseStat } from '../../packages/agent/src/edge/haproxy-answers.ts'
import { askHaproxy } from '../../packages/agent/src/edge/haproxy-socket.ts'
import { appHost, backend, type OneEdge, r2, startApp, table, untilUp } from './one-edge.ts'
import { type Answer, get, loadOf } from './visitors.ts'
import { openWebSocket } from './web-socket.ts'

/** Connections and requests that last longer than a table, a release or the health of an instance. */
export const connectionsSuite = (given: () => OneEdge) =>
  describe('what lasts', () => {
    let one: OneEdge
    before(() => {
      one = given()
    })

    test('a client that stayed connected over a move is served by the new release', { timeout: 60_000 }, async () => {
      await startApp(one, 'shop-web-r3')
      const client = await stayConnected(one)
      assert.match(await client.get(), /200 OK.*shop-web-r2$/s)
      await one.edge.apply(table([backend(r2), backend('shop-web-r3')], r2)) // Its worker is replaced here, and it is idle.
      await untilUp(one, 'shop-web-r3', 2)
      await one.edge.apply(table([backend(r2), backend('shop-web-r3')], 'shop-web-r3'))
      const answer = await client.get()
      assert.match(answer, /200 OK.*shop-web-r3$/s)
      assert.match(answer, /^connection: close/im)
      client.end()
      await one.edge.apply(table([backend(r2)], r2))
      await one.machine.docker.getService('shop-web-r3').remove()
    })

    test('a WebSocket stays with its instance over a reload and a move, and a new one meets the new release', {
      timeout: 60_000,
    }, async () => {
      const r4 = 'shop-web-r4'
      await startApp(one, r4)
      const before = await openWebSocket(one.machine.address, appHost)
      const { release, instance } = await before.ask()
      assert.equal(release, r2)

      await one.edge.apply(table([backend(r2), backend(r4)], r2))
      assert.deepEqual(await before.ask(), { release: r2, instance, count: 2 })
      await untilUp(one, r4, 2)
      await one.edge.apply(table([backend(r2), backend(r4)], r4))
      assert.deepEqual(await before.ask(), { release: r2, instance, count: 3 })

      const after = await openWebSocket(one.machine.address, appHost)
      assert.equal((await after.ask()).release, r4)
      // The route's old release is forgotten before the connection ends, as when an app drains.
      await one.edge.apply(table([backend(r4)], r4))
      assert.deepEqual(await before.ask(), { release: r2, instance, count: 4 })
      before.close()
      after.close()
      await one.edge.apply(table([backend(r2)], r2))
      await one.machine.docker.getService(r4).remove()
    })

    test('a frozen instance gets no more requests, and what it had waits for it', { timeout: 90_000 }, async () => {
      await untilUp(one, r2, 2)
      const held = Array.from({ length: 8 }, () => get(one, appHost, '/held'))
      const frozen = await instanceThatHolds(one)
      await frozen.pause()
      const early = await sendUntil(one, untilClosed(one, r2))

      // One that it got now would be given up before it goes on.
      const load = loadOf(one, 4)
      await load.flows()
      const { requests, failures } = await load.stop()
      await frozen.unpause()
      await untilUp(one, r2, 2)
      const told = new Set<string>()
      while (told.size < 2) told.add((await get(one, appHost, '/next')).body)
      const waited = (await Promise.all(held)).filter(({ body }) => body === frozen.id)
      console.log(
        `until it was out ${early.length} requests, then ${requests}, ${failures.length} failed;`,
        `${waited.length} of ${held.length} waited for it`,
      )
      assert.deepEqual(failures, [])
      for (const { status } of await Promise.all([...held, ...early])) assert.equal(status, 200)
      assert.ok(waited.length > 0)
    })
  })

async function stayConnected({ machine }: OneEdge) {
  const socket = connect(80, machine.address).setEncoding('utf8')
  await once(socket, 'connect')
  async function get(): Promise<string> {
    socket.write(`GET / HTTP/1.1\r\nHost: ${appHost}\r\n\r\n`)
    let answer = ''
    while (!/\r\n\r\n(?:[0-9a-f]+\r\n)?shop-web-r\d+/.test(answer)) answer += (await once(socket, 'data'))[0]
    return answer.replace(/\r\n0\r\n\r\n$/, '').trimEnd()
  }
  return { get, end: () => socket.destroy() }
}

/** Until HAProxy sends it nothing more: the second check that fails. The status counts an instance out at the first. */
async function untilClosed({ folder }: OneEdge, name: string) {
  const deadline = AbortSignal.timeout(20_000)
  for (;;) {
    const rows = parseStat(await askHaproxy(edgeFiles(folder).adminSocket, 'show stat -1 4 -1'))
    if (rows.some(({ backend, status }) => backend === name && status.startsWith('DOWN'))) return
    if (deadline.aborted) throw new Error(`No instance of ${name} was closed`)
    await delay(20)
  }
}

/** Once it does. Each instance answers to the id of its container. */
async function instanceThatHolds(one: OneEdge) {
  const deadline = AbortSignal.timeout(20_000)
  for (;;) {
    const [instance = '', count] = (await get(one, appHost, '/waiting')).body.split(' ')
    if (Number(count) > 0) return one.machine.docker.getContainer(instance)
    if (deadline.aborted) throw new Error('No instance holds a request')
    await delay(20)
  }
}

async function sendUntil(one: OneEdge, isOver: Promise<void>) {
  const sent: Promise<Answer>[] = []
  const stop = new AbortController()
  isOver.then(
    () => stop.abort(),
    () => stop.abort(),
  )
  while (!stop.signal.aborted) {
    sent.push(get(one, appHost))
    await delay(50)
  }
  await isOver
  return sent
}
