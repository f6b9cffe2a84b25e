import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { parseStat } from '../../packages/agent/src/edge/haproxy-answers.ts'
import { eventually } from './eventually.ts'
import { ask, get, openEdgeOf, type Place, startShopLoad, untilRight, waitingAt, webRequests } from './place.ts'
import { longerTable, shop, table } from './shop-and-blog.ts'
import type { TwoMachines } from './two-machines.ts'

/** How long visitors wait at an edge that may have old routes. */
export const doorsSuite = (given: () => TwoMachines) =>
  describe('an edge that may have old routes', () => {
    let worker: Place
    before(() => {
      worker = given().worker
    })

    test('an edge that starts serves apps once its agent has heard of the routes', { timeout: 60_000 }, async () => {
      await worker.edge.close()
      await worker.machine.docker.getContainer('berth-edge').restart({ t: 1 })
      worker.edge = await openEdgeOf(worker)
      const early = await waitingAt(worker)
      await worker.edge.apply(longerTable) // By a reload.
      assert.deepEqual(await early.answer, { status: 200, body: shop })
      await worker.edge.apply(table)
    })

    test('an edge that stood still answers nobody before its agent has heard again', { timeout: 60_000 }, async () => {
      await worker.machine.pause()
      await delay(7_000)
      worker.lapses.times += 1
      const first = get(worker, 'shop.localhost')
      await worker.machine.unpause()
      const early = await waitingAt(worker)
      await worker.edge.apply(table)
      assert.deepEqual(
        [await first, await early.answer],
        [
          { status: 200, body: shop },
          { status: 200, body: shop },
        ],
      )
      await untilRight(worker)
    })

    test('an edge that is cut off lets visitors wait from the first moment of its return until it knows the routes', {
      timeout: 60_000,
    }, async () => {
      worker.edge.setReach('silent')
      await eventually('is closed', async () => {
        const rows = parseStat(await ask(worker, 'show stat berth-door 4 -1'))
        return rows.some(({ status }) => status.startsWith('DOWN')) || JSON.stringify(rows)
      })
      const early = await waitingAt(worker)
      worker.edge.setReach('linked')
      await worker.edge.apply(table)
      assert.deepEqual(await early.answer, { status: 200, body: shop })
    })

    test('visitors of an edge that is not cut off are served while no server lives', { timeout: 60_000 }, async () => {
      const load = startShopLoad(worker)
      worker.edge.setReach('silent')
      await delay(5_000)
      const { failures, maxMs } = await load.stop()
      console.log(`longest ${Math.round(maxMs)} ms`)
      assert.deepEqual(failures, [])
      worker.edge.setReach('linked')
    })

    test('an edge that starts while nobody can tell it serves what it remembers after ten seconds', {
      timeout: 60_000,
    }, async () => {
      await worker.edge.close()
      await worker.machine.docker.getContainer('berth-edge').restart({ t: 1 })
      const startMs = performance.now()
      await eventually('runs', () => webRequests(worker).then(() => true as const, String))
      const early = await waitingAt(worker)
      await eventually(
        'is served',
        async () => {
          const { status } = await get(worker, 'shop.localhost')
          return status === 200 || `${status}`
        },
        20_000,
      )
      console.log(
        `open after ${Math.round(performance.now() - startMs)} ms; who came first was told ${(await early.answer).status}`,
      )
      worker.edge = await openEdgeOf(worker)
    })
  })
