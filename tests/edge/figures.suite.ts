import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { BackendStatus } from '@berth/contract'
import { startLoad } from '../load.ts'
import { appHost, backend, type OneEdge, r2, startApp, table, untilBackend } from './one-edge.ts'

/** What an edge tells of visitors. */
export const figuresSuite = (given: () => OneEdge) =>
  describe('what an edge counts', () => {
    let one: OneEdge
    before(() => {
      one = given()
    })

    /** A few requests, of which the app answers some with 500. */
    async function visit(during: () => Promise<unknown> = async () => undefined) {
      const { address } = one.machine
      const load = startLoad({ address, port: 80, host: appHost, path: '/counted', keepAliveWorkers: 2 })
      await during()
      await load.flows(200)
      return load.stop()
    }

    test('an edge counts the requests and errors of visitors, and goes on counting over reloads', {
      timeout: 120_000,
    }, async () => {
      const r6 = 'shop-web-r6' // Of its own, so that nobody has asked it for anything before.
      const told = (isWanted: (status: BackendStatus) => boolean) => untilBackend(one, r6, isWanted)
      const reloaded = [table([backend(r6), backend(r2)], r6), table([backend(r6)], r6)]
      await startApp(one, r6)
      await one.edge.apply(table([backend(r6)], r6))
      let counted = await told(({ up }) => up === 2)

      for (const next of [undefined, ...reloaded]) {
        const before = counted
        if (next) await one.edge.apply(next)
        const { requests, failures } = await visit()
        counted = await told((status) => status.requests >= before.requests + requests)
        assert.equal(counted.requests - before.requests, requests, 'checks are no requests, and none is lost')
        assert.equal(counted.errors - before.errors, failures.length)
        assert.ok(failures.length > 0)
      }

      const duringReloads = await visit(async () => {
        for (const next of reloaded) await one.edge.apply(next)
      })
      const known = await told(({ requests }) => requests > counted.requests)
      const last = await visit()
      const { requests } = await told((status) => status.requests >= known.requests + last.requests)
      // What an old worker counted between the last look and its end is not known; but none is counted twice.
      assert.ok(requests <= counted.requests + duringReloads.requests + last.requests, `${requests} were counted`)

      await one.edge.apply(table([backend(r2)], r2))
      await one.machine.docker.getService(r6).remove()
    })
  })
