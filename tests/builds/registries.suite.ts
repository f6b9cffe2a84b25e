import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Machine } from '../machine.ts'
import type { BuildCluster } from './build-cluster.ts'
import { passwordRegistry } from './password-registry.ts'
import { standInPassword, standIns } from './registry-stand-in.ts'
import { basedOn, dockerApp, writeFolder } from './sources.ts'

/** Images come from registries of others, and go to them. */
export const registriesSuite = (given: () => BuildCluster) =>
  describe('builds and the registries of others', () => {
    test('a registry that is down, silent or locked is told as that; one that is slow is waited for', async () => {
      const { platform, folder, berth, failureOf } = given()
      const at = (port: number) => basedOn(`127.0.0.1:${port}/base:1`)
      const down = await failureOf('down', at(standIns.down))
      assert.equal(down.code, 'registry_unreachable')
      assert.match(down.message, /connection refused/)

      const quiet = await failureOf('quiet', at(standIns.silent), '--build-time', '10s')
      assert.match(quiet.message, /longer than 10\.0 s, at: FROM 127\.0\.0\.1:5703\/base:1/)

      const locked = await failureOf('locked', at(standIns.locked))
      assert.equal(locked.code, 'base_image_missing')
      assert.match(locked.message, /wants a user name and a password/)
      assert.match(locked.hint ?? '', /berth registries add/)
      const body = { host: `127.0.0.1:${standIns.locked}`, ...standInPassword, project: null }
      assert.equal((await platform.api('POST', '/v1/registries', { body })).status, 200)
      await berth('deploy', join(folder, 'locked'), '--build-only')

      await berth('deploy', await writeFolder(join(folder, 'slow'), at(standIns.slow)), '--build-only')
    })

    test('what is built goes to a registry outside as well, if that takes it, and has the number of its release in ours', async () => {
      const { platform, builder, folder, berth, newestBuild, failureOf, answerOf } = given()
      const to = `${passwordRegistry}/team/shop:1.2`
      const down = await failureOf('pushed', dockerApp, '--push', `127.0.0.1:${standIns.down}/shop:1`)
      assert.equal(down.code, 'registry_unreachable')
      const refused = await failureOf('pushed', dockerApp, '--push', to)
      assert.equal(refused.code, 'push_refused')
      assert.match(refused.message, /no credentials are stored/)

      const body = { host: passwordRegistry, ...standInPassword, project: null }
      assert.equal((await platform.api('POST', '/v1/registries', { body })).status, 200)
      await berth('deploy', join(folder, 'pushed'), '--push', to)
      assert.equal(await answerOf('pushed'), '200 by its Dockerfile')
      const [, digest = ''] = /^Pushed \S+@(sha256:\w+)$/m.exec((await berth('builds', 'log', 'pushed')).stdout) ?? []
      const { docker } = builder
      const names = (await docker.listImages()).flatMap(({ RepoTags, RepoDigests }) => [RepoTags, RepoDigests])
      assert.ok(!names.flat().some((name) => name?.startsWith(passwordRegistry)))

      await pull(builder, to, { ...standInPassword, serveraddress: passwordRegistry })
      const { RepoDigests } = await docker.getImage(to).inspect()
      assert.ok(RepoDigests.includes(`${passwordRegistry}/team/shop@${digest}`))
      await pull(builder, '127.0.0.1:5000/pushed:v1')
      const released = await docker.getImage('127.0.0.1:5000/pushed:v1').inspect()
      const [built] = (await newestBuild('pushed')).images
      assert.ok(built && released.RepoDigests.includes(built.image))
    })
  })

/** Onto the machine. */
async function pull({ docker }: Machine, name: string, authconfig: object = {}) {
  const stream = await docker.pull(name, { authconfig })
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve())),
  )
}
