import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { appHost, backend, type OneEdge, openEdgeOf, r2, servingWorker, table } from './one-edge.ts'
import { get } from './visitors.ts'

/** How an edge serves on when the agent, its container or a table is gone. */
export const restartsSuite = (given: () => OneEdge) =>
  describe('an edge that is left alone', () => {
    let one: OneEdge
    before(() => {
      one = given()
    })

    test('goes on with the last table after the agent began anew, without a reload', { timeout: 60_000 }, async () => {
      const { fingerprint } = one.edge.status()
      const worker = await servingWorker(one)
      await one.edge.close()
      one.edge = await openEdgeOf(one)
      assert.equal(one.edge.status().fingerprint, fingerprint)
      assert.equal(await servingWorker(one), worker)
      assert.equal((await one.edge.probe({ host: appHost, path: '/' })).backend, r2)
    })

    test('comes back after someone removed it', { timeout: 60_000 }, async () => {
      await one.machine.docker.getContainer('berth-edge').remove({ force: true })
      const deadline = AbortSignal.timeout(40_000)
      for (;;) {
        const { status } = await one.edge.probe({ host: appHost, path: '/' }).catch(() => ({ status: 0 }))
        if (status === 200) return
        assert.ok(!deadline.aborted, 'the edge did not come back')
        await delay(200)
      }
    })

    test('a table that the edge refuses leaves the last one served', { timeout: 30_000 }, async () => {
      const { fingerprint } = one.edge.status()
      const status = await one.edge.apply(table([backend(r2), backend(r2)], r2)) // The same name twice.
      assert.match(status.error ?? '', /refuses/)
      assert.equal(status.fingerprint, fingerprint)
      assert.equal((await get(one, appHost)).status, 200)
      assert.equal((await one.edge.apply(table([backend(r2)], r2))).error, null)
    })
  })
