import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { machineEngine } from '@berth/engine'
import { eventually } from './eventually.ts'
import { mostInFlight, openEdgeOf, type Place, sorted, startShopLoad, truthOf, untilRight } from './place.ts'
import { blog, replicas, shop, table } from './shop-and-blog.ts'
import type { TwoMachines } from './two-machines.ts'

/** What visitors and edges see of a machine that goes and comes back. */
export const outagesSuite = (given: () => TwoMachines) =>
  describe('a machine that is away', () => {
    let manager: Place
    let worker: Place
    let places: readonly Place[]
    before(() => {
      ;({ manager, worker, places } = given())
    })

    /** Ways in which a machine goes, and how it comes back. */
    const outages: Record<string, { go(): Promise<void>; comeBack(): Promise<void> }> = {
      'its network was cut': { go: () => worker.machine.disconnect(), comeBack: () => worker.machine.connect() },
      'its network was cut once more': {
        go: () => worker.machine.disconnect(),
        comeBack: () => worker.machine.connect(),
      },
      'its power failed': {
        async go() {
          await worker.edge.close() // Its agent dies with it.
          await worker.machine.kill()
        },
        async comeBack() {
          await worker.machine.start()
          worker.edge = await openEdgeOf(worker)
          await worker.edge.apply(table)
        },
      },
    }

    for (const [what, { go, comeBack }] of Object.entries(outages)) {
      test(`a machine is away for 15 seconds as ${what}: visitors lose at most what was in flight there, and nothing is left of it`, {
        timeout: 150_000,
      }, async () => {
        for (const name of [shop, blog]) await spread(name)
        const load = startShopLoad(manager)
        await delay(1_000)
        worker.isCutOff = true
        await go()
        await delay(15_000)
        await comeBack()
        worker.isCutOff = false
        const backAtMs = performance.now()
        // Engines themselves take up to a minute to reach what was started meanwhile.
        for (const place of places) await untilRight(place, 70_000)
        const rightMs = Math.round(performance.now() - backAtMs)
        const { requests, failures, failedForMs, maxMs, bodies } = await load.stop()
        if (failures.length > 0) console.log(await edgeLog(manager))
        console.log(
          `${what}: right ${rightMs} ms after; ${requests} requests, ${failures.length} failed within ${Math.round(failedForMs)} ms, longest ${Math.round(maxMs)} ms`,
          failures.slice(0, 3),
        )
        assert.deepEqual([...bodies.keys()], [shop])
        assert.ok(failures.length <= mostInFlight)
        await eventually('nothing differs', () => {
          const found = places.map(({ edge }) => edge.status().truth)
          return (
            found.every((truth) => truth?.isInformed && truth.missing + truth.ghosts === 0) || JSON.stringify(found)
          )
        })
        for (const place of places) console.log(await describeNames(place))
      })
    }

    /** The cluster leaves instances where they are; more and then fewer of them go to where there are fewest. */
    async function spread(name: string) {
      for (const count of [2 * replicas, replicas]) {
        const service = manager.machine.docker.getService(name)
        const { Spec, Version } = await service.inspect()
        await service.update({ version: Version.Index, ...Spec, Mode: { Replicated: { Replicas: count } } })
        await eventually(`${count} run`, () => {
          const { running = [], passing = [] } = manager.told.services()?.get(name) ?? {}
          return (running.length === count && passing.length === 0) || `${running.length} and ${passing.length}`
        })
      }
      for (const place of places) await untilRight(place)
    }
  })

/** Why it failed: which instances the edge saw come and go. */
async function edgeLog({ machine }: Place) {
  const edge = machine.docker.getContainer('berth-edge')
  return `${await edge.logs({ stdout: true, stderr: true, tail: 100, timestamps: true })}`
}

/** DNS may still be wrong where the edge is right. */
async function describeNames(place: Place) {
  const running = place.told.services()?.get(shop)?.running ?? []
  const resolved = await resolvedBy(place, shop)
  const isSame = sorted(resolved) === sorted(running)
  return `DNS of ${place.machine.name} is ${isSame ? 'right' : `${sorted(resolved)} for ${sorted(running)}`}; ${JSON.stringify(truthOf(place).repairs)}`
}

async function resolvedBy({ machine }: Place, name: string) {
  const engine = machineEngine({ docker: machine.docker })
  const { output } = await engine.execInContainer('berth-edge', ['getent', 'ahostsv4', name])
  return [...new Set(output.split('\n').flatMap((line) => /^(\d[\d.]+)\s/.exec(line)?.[1] ?? []))]
}
