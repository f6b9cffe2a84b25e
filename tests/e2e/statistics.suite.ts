import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { AppStats, StatsEvent } from '@berth/contract'
import { startLoad } from '../load.ts'
import { type Platform, until } from './platform.ts'

export const statisticsSuite = (given: () => Platform) =>
  describe('statistics', () => {
    let platform: Platform
    before(() => {
      platform = given()
    })

    const deploy = ['deploy', '--image', 'test-app:1', '--port', '8080', '--name', 'measured', '--memory', '96M']
    const top = async (): Promise<StatsEvent> =>
      JSON.parse((await platform.berth('top', '--app', 'measured', '--once', '--json')).stdout)
    const statsOf = async (range: string): Promise<AppStats> =>
      JSON.parse((await platform.api('GET', `/v1/apps/measured/stats?range=${range}`)).body)

    test('top shows what an app and its instances use, while visitors come', async () => {
      const { code, stderr } = await platform.berth(...deploy)
      assert.equal(code, 0, stderr)
      const load = startLoad({ address: platform.machine.address, port: 80, host: 'measured.localhost' })
      const event = await until('the app is measured', top, ({ apps, instances }) => {
        const [app, instance] = [apps[0], instances[0]]
        return (
          !!app?.requestsPerSecond && !!app.cpuRatio && !!instance?.cpuRatio && !!instance.networkSentBytesPerSecond
        )
      }).finally(() => load.stop())
      const [instance] = event.instances
      assert.equal(instance?.machine, event.machines[0]?.machine)
      assert.ok((instance?.memoryBytes ?? 0) > 1024 ** 2 && (instance?.memoryBytes ?? 0) < 96 * 1024 ** 2)
      assert.ok((event.machines[0]?.memoryBytes ?? 0) > (instance?.memoryBytes ?? 0))
    })

    test('a program that was ended for want of memory is counted, and its end told in the past', async () => {
      const hungry = ['--env', 'EAT_MEMORY=1', '--env', 'START_AFTER_MS=60000', '--deadline', '20s']
      await platform.berth('deploy', '--name', 'measured', ...hungry)
      const killed = ({ points }: AppStats) =>
        points.outOfMemoryKills.reduce<number>((sum, kills) => sum + (kills ?? 0), 0)
      await until(
        'a kill is counted',
        () => statsOf('live'),
        (stats) => killed(stats) > 0,
      )
      await until(
        'and kept',
        () => statsOf('1h'),
        (stats) => killed(stats) > 0,
      )
      const { points, instances } = await statsOf('1h')
      assert.ok(points.requestsPerSecond.some((value) => value !== null && value > 0))
      assert.ok(instances.length > 0)
      assert.equal((await platform.berth('rm', 'measured', '--yes')).code, 0)
      assert.equal((await platform.api('GET', '/v1/apps/measured/stats')).status, 404)
    })
  })
