import assert from 'node:assert/strict'
import { request } from 'node:http'
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
      const delaysMs = await eventDelays(one, 10)
      console.log('event delays in ms', delaysMs)
      assert.ok(
        delaysMs.every((ms) => ms < 90),
        `held back: ${delaysMs}`,
      )
    })
  })

function eventDelays({ machine }: OneEdge, count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const delaysMs: number[] = []
    const sent = request({
      host: machine.address,
      port: 80,
      path: '/events',
      agent: false,
      headers: { host: appHost },
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        for (const [, sentAt] of text.matchAll(/data: (\d+)/g)) delaysMs.push(Date.now() - Number(sentAt))
        if (delaysMs.length < count) return
        response.destroy()
        resolve(delaysMs)
      })
    })
    sent.end()
  })
}
