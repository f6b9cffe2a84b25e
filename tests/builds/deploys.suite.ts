import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { calmly, startLoad } from '../load.ts'
import type { BuildCluster } from './build-cluster.ts'
import { assertNothingOfBuilds } from './leftovers.ts'
import { dockerApp, plainApp, severalServices, tarGzOf, writeFolder, zipOf } from './sources.ts'

/** From a source to what answers. */
export const deploysSuite = (given: () => BuildCluster) =>
  describe('what is built and serves', () => {
    test('a folder is deployed by its Dockerfile, and a zip by the one that is written for it', async () => {
      const { builder, folder, berth, archive, answerOf } = given()
      const deployed = await berth('deploy', await writeFolder(join(folder, 'docker-app'), dockerApp))
      assert.match(deployed.stdout, /Building on machine2/)
      assert.equal(await answerOf('docker-app'), '200 by its Dockerfile')
      await berth('deploy', archive('plain-app.zip', zipOf(plainApp)))
      assert.equal(await answerOf('plain-app'), '200 by what its files show')
      await assertNothingOfBuilds(builder)
    })

    test('the same source again becomes the next release, also where an instance runs from what it was before', async () => {
      const { folder, berth, answerOf } = given()
      const source = await writeFolder(join(folder, 'same-app'), dockerApp)
      await berth('deploy', source, '--replicas', '2')
      await berth('deploy', source)
      const again = await berth('deploy', source)
      assert.match(again.stdout, /same-app v3 answers/)
      assert.equal(await answerOf('same-app'), '200 by its Dockerfile')
      await berth('rm', 'same-app', '--yes')
    })

    test('a tar.gz of several services: each runs, finds the others of its release by name, and one answers', async () => {
      const { platform, berth, archive, answerOf } = given()
      const bundle = (version: string) => archive('bundle.tar.gz', tarGzOf(severalServices(version)))
      const printed = await berth('deploy', bundle('one'), '--print-dockerfile')
      assert.equal(printed.stdout.match(/^CMD /gm)?.length, 3)
      await berth('deploy', bundle('one'))
      assert.equal(await answerOf('several'), '200 face one, greeter one')
      const services = JSON.parse((await berth('ps', 'several', '--json')).stdout) as {
        service: string
        state: string
      }[]
      assert.deepEqual(services.map(({ service, state }) => `${service} ${state}`).sort(), [
        'app-server running',
        'clock running',
        'greeter running',
      ])
      const load = startLoad({
        ...calmly,
        ...{ address: platform.machine.address, port: 80, host: 'several.localhost' },
        ...{ keepAliveWorkers: 1, newConnectionWorkers: 1 },
      })
      await berth('deploy', bundle('two'))
      assert.equal(await answerOf('several'), '200 face two, greeter two')
      const { failures, bodies } = await load.stop()
      assert.deepEqual(failures, [])
      assert.deepEqual([...bodies.keys()].sort(), ['face one, greeter one', 'face two, greeter two'])
    })

    test('the log is kept, and its steps have their times', async () => {
      const { berth, newestBuild } = given()
      const { stdout } = await berth('builds', 'log', 'docker-app')
      assert.match(stdout, /^\[1\/\d\] FROM node:26-bookworm-slim$/m)
      assert.match(stdout, /^Image 127\.0\.0\.1:5000\/docker-app@sha256:/m)
      const { steps } = await newestBuild('docker-app')
      // One builder counts what only describes the image, and the other does not.
      const titles = steps.map(({ title }) => title)
      assert.deepEqual(titles.slice(0, 2), ['FROM node:26-bookworm-slim', 'COPY server.js /'])
      assert.deepEqual(new Set(steps.map(({ state }) => state)), new Set(['done']))
      for (const { startedAt, finishedAt } of steps) assert.ok(finishedAt && finishedAt >= startedAt)
    })
  })
