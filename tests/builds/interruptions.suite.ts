import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { getBuild, listBuilds } from '@berth/contract'
import { startCommand } from '../e2e/command.ts'
import type { BuildCluster } from './build-cluster.ts'
import { assertNothingOfBuilds } from './leftovers.ts'
import { running, writeFolder } from './sources.ts'

/** The server or the machine goes away while something is built. */
export const interruptionsSuite = (given: () => BuildCluster) =>
  describe('a build that is interrupted', () => {
    test('two builds of one app wait for each other, and a server that is killed meanwhile takes both up again', async () => {
      const { platform, client, builder, folder, berth, newestBuild, stepOf } = given()
      // A server cannot be started again while its only machine takes nothing new.
      await berth('machines', 'uncordon', 'machine1')
      const words = async (step: string) => {
        const source = await writeFolder(join(folder, step), running(`sleep 6 && echo ${step}`))
        return ['deploy', source, '--name', 'twins', '--build-only']
      }
      const start = async (step: string) =>
        startCommand(await words(step), folder, platform.environment as Record<string, string>)
      const first = await start('first')
      await stepOf('twins', 2)
      const { id } = await newestBuild('twins')
      const second = await start('second')
      await second.says(new RegExp(`(Queued, number 1: waits for build ${id} of the same app)`))

      const [server] = await platform.machine.docker.listContainers({ filters: { label: ['berth.role=server'] } })
      await platform.machine.docker.getContainer(server?.Id ?? '').kill()
      for (const { ended } of [first, second]) {
        const { code, stdout, stderr } = await ended
        assert.equal(code, 0, stdout + stderr)
      }
      const log = await berth('builds', 'log', 'twins', id)
      assert.match(log.stdout, /attempt 2/)
      const [later, earlier] = await client.call(listBuilds, { params: { app: 'twins' }, query: { limit: 2 } })
      assert.ok(later?.startedAt && earlier?.finishedAt && later.startedAt >= earlier.finishedAt)
      for (const machine of [platform.machine, builder]) await assertNothingOfBuilds(machine)
    })

    test('a build whose machine dies begins anew on another one, and ends well', async () => {
      const { platform, client, builder, folder, berth, stepOf } = given()
      const source = await writeFolder(join(folder, 'orphan'), running('sleep 5'))
      await berth('machines', 'cordon', 'machine1')
      const deploying = platform.berth('deploy', source, '--build-only')
      const { id } = await stepOf('orphan', 2)
      await berth('machines', 'uncordon', 'machine1')
      await builder.kill()
      const { code, stdout, stderr } = await deploying
      assert.equal(code, 0, stdout + stderr)
      assert.match(stdout, /machine2 was lost/)
      const { machine } = await client.call(getBuild, { params: { app: 'orphan', buildId: id } })
      assert.equal(machine, 'machine1')
      await assertNothingOfBuilds(platform.machine)
      await builder.start()
      await assertNothingOfBuilds(builder)
    })
  })
