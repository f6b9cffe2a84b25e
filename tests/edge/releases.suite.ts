import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  appHost,
  backend,
  type OneEdge,
  oneInstance,
  r1,
  r2,
  scale,
  startApp,
  table,
  untilBackend,
  untilUp,
} from './one-edge.ts'
import { get, losesNothing } from './visitors.ts'

/** What visitors see while instances come, go and die, and while an edge takes up other tables. */
export const releasesSuite = (given: () => OneEdge) =>
  describe('an edge while an app changes', () => {
    let one: OneEdge
    before(() => {
      one = given()
    })

    test('an instance gets requests once its check passed', { timeout: 60_000 }, async () => {
      await startApp(one, r1)
      const status = await one.edge.apply(table([backend(r1)], r1))
      assert.equal(status.error, null)
      await untilUp(one, r1, 2)
      assert.deepEqual(await one.edge.probe({ host: appHost, path: '/' }), { status: 200, backend: r1 })
    })

    test('loses nothing during ten reloads', { timeout: 90_000 }, async () => {
      await losesNothing(one, async () => {
        for (let round = 0; round < 5; round++) {
          await one.edge.apply(table([backend(r1), backend('other-web-r1')], r1))
          await one.edge.apply(table([backend(r1)], r1))
        }
      })
    })

    test('loses nothing while the app moves to another release', { timeout: 60_000 }, async () => {
      await startApp(one, r2)
      await losesNothing(one, async () => {
        await one.edge.apply(table([backend(r1), backend(r2)], r1))
        await untilUp(one, r2, 2)
        await one.edge.apply(table([backend(r1), backend(r2)], r2))
        await delay(1000)
        await one.edge.apply(table([backend(r2)], r2))
        await one.machine.docker.getService(r1).remove()
        await delay(2500) // Until the old instances are gone.
      })
      assert.equal((await get(one, appHost)).body, r2)
    })

    test('loses nothing while it scales from 2 to 4 to 1 to 2', { timeout: 90_000 }, async () => {
      await losesNothing(one, async () => {
        for (const replicas of [4, 1, 2]) {
          await scale(one, r2, replicas)
          await untilUp(one, r2, replicas)
          await delay(2500) // Instances stop two seconds after they left DNS.
        }
      })
    })

    test('loses nothing to instances that DNS gives long before they listen, also over a reload', {
      timeout: 90_000,
    }, async () => {
      const slow = 'shop-web-r5'
      await startApp(one, slow, 1, ['LISTEN_AFTER_MS=2000'])
      await one.edge.apply(table([backend(r2), backend(slow)], r2))
      await untilUp(one, slow, 1)
      await one.edge.apply(table([backend(r2), backend(slow)], slow))
      await losesNothing(one, async () => {
        await scale(one, slow, 7)
        await untilBackend(one, slow, ({ known }) => known > 3)
        await one.edge.apply(table([backend(slow)], slow))
        await untilUp(one, slow, 7)
      })
      await one.edge.apply(table([backend(r2), backend(slow)], r2))
      await one.edge.apply(table([backend(r2)], r2))
      await one.machine.docker.getService(slow).remove()
    })

    test('loses nothing when one of two instances dies', { timeout: 60_000 }, async () => {
      await losesNothing(one, async () => {
        for (let round = 0; round < 3; round++) {
          await (await oneInstance(one, r2)).kill()
          await untilBackend(one, r2, ({ up }) => up < 2)
          await untilUp(one, r2, 2)
        }
      })
    })
  })
