import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually } from './eventually.ts'
import { ask, get, type Place, servedBy, truthOf, untilRight } from './place.ts'
import { appImage, appSource, blog, longerTable, network, shop, table } from './shop-and-blog.ts'
import type { TwoMachines } from './two-machines.ts'

/** What an edge knows wrongly of instances is put right by what the cluster says. */
export const repairsSuite = (given: () => TwoMachines) =>
  describe('an edge that is wrong about instances', () => {
    let manager: Place
    let worker: Place
    before(() => {
      ;({ manager, worker } = given())
    })

    test('an address of another app is closed, and the app’s own go on', { timeout: 40_000 }, async () => {
      const stray = manager.told.services()?.get(blog)?.running[0] ?? ''
      const before = truthOf(manager).repairs.closed
      await ask(
        manager,
        `add server ${shop}/stray ${stray}:3000 check; enable health ${shop}/stray; set server ${shop}/stray state ready`,
      )
      await eventually(
        'is closed',
        () => truthOf(manager).repairs.closed === before + 1 || JSON.stringify(truthOf(manager)),
      )
      for (let count = 0; count < 20; count++) assert.equal((await get(manager, 'shop.localhost')).body, shop)
      await ask(manager, `del server ${shop}/stray`)
      await untilRight(manager)
    })

    test('an instance whose place someone closed gets requests again', { timeout: 40_000 }, async () => {
      const before = truthOf(worker).repairs.reopened
      await ask(worker, `set server ${shop}/i1 state maint; set server ${shop}/i2 state drain`)
      await eventually(
        'is opened',
        () => truthOf(worker).repairs.reopened >= before + 2 || JSON.stringify(truthOf(worker)),
      )
      await untilRight(worker)
    })

    test('an instance that DNS does not give is served by its address, over a reload, and until it is one no more', {
      timeout: 60_000,
    }, async () => {
      const hidden = await startHidden()
      given().invented.set(shop, [hidden.address])
      const serves = async () =>
        (await servedBy(manager, shop)).some(({ address, isUp }) => isUp && address === hidden.address)
      await eventually('is served', async () => (await serves()) || JSON.stringify(truthOf(manager)))
      assert.equal(truthOf(manager).repairs.added, 1)
      await manager.edge.apply(longerTable)
      await eventually(
        'is served after a reload',
        async () => (await serves()) || JSON.stringify(truthOf(manager)),
        8_000,
      )
      given().invented.clear()
      await untilRight(manager)
      await hidden.remove()
      await manager.edge.apply(table)
    })

    /** Runs the app on the project's network, where no service's name leads to it. */
    async function startHidden() {
      const container = await manager.machine.docker.createContainer({
        Image: appImage,
        Cmd: ['node', '-e', appSource],
        Env: [`VERSION=${shop}`],
        HostConfig: { NetworkMode: network },
      })
      await container.start()
      const { NetworkSettings } = await container.inspect()
      const address = NetworkSettings.Networks[network]?.IPAddress ?? assert.fail('no address')
      return { address, remove: () => container.remove({ force: true }) }
    }
  })
