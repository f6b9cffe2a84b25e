import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { until } from '../e2e/platform.ts'
import { calmly, startLoad } from '../load.ts'
import type { BuildCluster } from './build-cluster.ts'
import { assertNothingOfBuilds, namelessImages, volumes } from './leftovers.ts'
import { hostileArchives, running, thirtySteps, writeFolder } from './sources.ts'

/** A build that ends without an image harms nobody and leaves nothing. */
export const failuresSuite = (given: () => BuildCluster) =>
  describe('what is not built to its end', () => {
    test('a build of thirty steps that is cancelled at the seventeenth stops, and nothing of it is left', async () => {
      const { platform, builder, folder, berth, newestBuild, stepOf } = given()
      const before = await namelessImages(builder)
      const source = await writeFolder(join(folder, 'long'), thirtySteps)
      const deploying = platform.berth('deploy', source)
      await stepOf('long', 17)
      await berth('builds', 'cancel', 'long')
      const { code, stdout, stderr } = await deploying
      assert.ok(code !== 0)
      assert.match(stdout + stderr, /cancelled by /)
      await assertNothingOfBuilds(builder)
      await until(
        'its layers are gone',
        () => namelessImages(builder),
        (left) => JSON.stringify(left) === JSON.stringify(before),
      )
      assert.equal((await newestBuild('long')).steps.length, 17)
    })

    test('builds that want all memory, processes, disk or time fail with the reason, and an app is served all the while', async () => {
      const { platform, builder, failureOf } = given()
      const load = startLoad({
        ...calmly,
        ...{ address: platform.machine.address, port: 80, host: 'steady.localhost' },
        ...{ keepAliveWorkers: 2, newConnectionWorkers: 1 },
      })
      const memory = await failureOf('memory', running('tail /dev/zero'), '--build-memory', '128M')
      assert.equal(memory.code, 'out_of_memory')
      assert.match(memory.message, /more memory than the build may have: tail \/dev\/zero/)

      const forks = await failureOf('forks', running('while :; do sleep 600 & done'))
      assert.equal(forks.code, 'command_failed')
      assert.match(forks.message, /more than the 1024 processes/)

      const before = await namelessImages(builder)
      const write = 'for i in $(seq 50); do fallocate -l 1G /file$i; sleep 0.2; done'
      const disk = await failureOf('disk', running('echo first > /first', write))
      assert.equal(disk.code, 'disk_limit')
      assert.match(disk.message, /wrote more than 10 GiB|less than 1 GiB of disk/)
      assert.deepEqual(await namelessImages(builder), before)

      const time = await failureOf('time', running('sleep 600'), '--build-time', '10s')
      assert.equal(time.code, 'time_limit')
      assert.match(time.message, /longer than 10\.0 s, at: RUN sleep 600/)

      const { requests, failures } = await load.stop()
      assert.ok(requests > 100)
      assert.deepEqual(failures, [])
      await assertNothingOfBuilds(builder)
    })

    for (const [name, bytes, words] of hostileArchives) {
      test(`${name} is refused, and the server keeps nothing of it`, async () => {
        const { platform, archive, newestBuild } = given()
        const { code, stderr } = await platform.berth('deploy', archive(name, bytes()), '--name', 'hostile')
        assert.notEqual(code, 0)
        assert.match(stderr, words)
        const { output } = await platform.machine.exec(['find', `${volumes}/berth-server/_data/sources`, '-type', 'f'])
        assert.equal(output.trim(), '')
        assert.equal((await newestBuild('hostile')).failure?.code, 'archive_invalid')
      })
    }
  })
