import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { before, describe, test } from 'node:test'
import { appHost, backend, type OneEdge, r2, table } from './one-edge.ts'
import { get } from './visitors.ts'

/** What an edge says itself, and how it passes on what an app says. */
export const answersSuite = (given: () => OneEdge) =>
  describe('what an edge answers', () => {
    let one: OneEdge
    before(() => {
      one = given()
    })

    test('says which host nothing answers for, and nothing that would run', async () => {
      const unknown = await get(one, 'no<script>where.localhost')
      assert.equal(unknown.status, 404)
      assert.match(unknown.body, /noscriptwhere\.localhost/)
      assert.match(unknown.body, /berth apps/)
    })

    test('says that an app is stopped and how to start it, without a reload', async () => {
      await one.edge.apply(table([backend(r2)], null))
      const stopped = await get(one, appHost)
      assert.equal(stopped.status, 503)
      assert.match(stopped.body, /berth start shop/)
      await one.edge.apply(table([backend(r2)], r2))
      assert.equal((await get(one, appHost)).status, 200)
    })

    test('says that nothing is up and where to look', { timeout: 30_000 }, async () => {
      const nobody = backend('shop-web-r9')
      await one.edge.apply(table([backend(r2), nobody], nobody.name))
      const down = await get(one, appHost)
      assert.equal(down.status, 503)
      assert.equal(down.headers['retry-after'], '2')
      assert.match(down.body, /berth ps shop/)
      await one.edge.apply(table([backend(r2)], r2))
    })

    test('tells only a probe which backend answered, and the app sees no probe', async () => {
      const guessed = await get(one, appHost, '/headers', { 'x-berth-probe': 'guess', 'x-forwarded-for': '6.6.6.6' })
      assert.equal(guessed.headers['x-berth-backend'], undefined)
      const seen = JSON.parse(guessed.body)
      assert.equal(seen['x-berth-probe'], undefined)
      assert.notEqual(seen['x-forwarded-for'], '6.6.6.6')
      assert.match(seen['x-request-id'], /^[0-9a-f-]{36}$/)
      assert.equal((await one.edge.probe({ host: appHost, path: '/headers' })).backend, r2)
      assert.equal((await one.edge.probe({ host: 'nowhere.localhost', path: '/' })).backend, null)
    })

    test('passes events on as they come', { timeout: 20_000 }, async () => {
      let came = 0
      for await (const instance of eventsOf(one)) {
        if (++came === 10) break
        // The next one is not sent before this one has come. Another instance may be asked, which sends none here.
        while ((await get(one, appHost, '/next')).body !== instance);
      }
      assert.equal(came, 10)
    })
  })

/** Each says which instance sends them. */
async function* eventsOf({ machine }: OneEdge): AsyncGenerator<string> {
  const sent = request({ host: machine.address, port: 80, path: '/events', agent: false, headers: { host: appHost } })
  const [response] = await once(sent.end(), 'response')
  try {
    for await (const line of createInterface({ input: response })) {
      if (line.startsWith('data: ')) yield line.slice('data: '.length)
    }
  } finally {
    response.destroy()
  }
}
