import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type App, type Deployment, endpoints, type Instance, type Release } from '@berth/contract'
import { type LoadResult, startLoad } from '../load.ts'
import { type Platform, until } from './platform.ts'
import { deployTestApp } from './test-app.ts'

export const deploySuite = (given: () => Platform) =>
  describe('deploying', () => {
    let platform: Platform
    before(() => {
      platform = given()
    })
    const json = <T>(text: string) => JSON.parse(text) as T

    const appOf = async (name: string) =>
      json<App[]>((await platform.berth('apps', '--json')).stdout).find((app) => app.name === name)
    const loadOn = (host: string, more = {}) =>
      startLoad({ address: platform.machine.address, port: 80, host, ...more })
    const ps = async (name: string) => json<Instance[]>((await platform.berth('ps', name, '--json')).stdout)
    /** Waits until so many instances run, none is on its way in or out, and all of them get traffic. */
    async function settled(name: string, replicas: number): Promise<Instance[]> {
      await until(
        `${name} has ${replicas} up`,
        () => appOf(name),
        (app) => app?.readyReplicas === replicas && app.state === 'running',
      )
      return until(
        `${name} has just ${replicas} instances`,
        () => ps(name),
        (instances) => instances.length === replicas && instances.every(({ state }) => state === 'running'),
      )
    }

    /** Does something while visitors come, and answers with what they saw. */
    async function underLoad(host: string, work: () => Promise<unknown>, more = {}): Promise<LoadResult> {
      const load = loadOn(host, more)
      await work().catch(async (error) => {
        await load.stop()
        throw error
      })
      return load.stop()
    }

    test('nothing of the API answers without a token but the health check', async () => {
      assert.equal((await platform.api('GET', '/healthz', { token: null })).status, 200)
      for (const { method, path, access } of endpoints.filter((endpoint) => endpoint.access !== 'anyone')) {
        const { status } = await platform.api(method, path.replaceAll(/:\w+/g, 'x'), { token: null })
        assert.equal(status, 401, `${method} ${path} (${access})`)
      }
      for (const path of ['/metrics', '/v1/openapi.json'])
        assert.equal((await platform.api('GET', path, { token: null })).status, 401)
      assert.equal((await platform.api('GET', '/v1/apps', { token: 'berth_wrong' })).status, 401)
    })

    test('a host that nobody has is a 404 page that names it and says what to do', async () => {
      const { status, body } = await platform.get('nobody.localhost')
      assert.equal(status, 404)
      assert.match(body, /nobody\.localhost/)
      assert.match(body, /berth apps/)
    })

    test('an image that only this machine holds is deployed, pinned by digest, and answers', async () => {
      const { code, stdout, stderr } = await deployTestApp(platform, 'shop', '--port', '8080', '--env', 'VERSION=one')
      assert.equal(code, 0, stdout + stderr)
      assert.match(stdout, /http:\/\/shop\.localhost/)
      assert.equal((await platform.get('shop.localhost')).body, 'one')

      const [release] = json<Release[]>((await platform.berth('releases', 'shop', '--json')).stdout)
      assert.match(release?.services[0]?.imageDigest ?? '', /^127\.0\.0\.1:5000\/shop@sha256:[0-9a-f]{64}$/)
      const [deployment] = json<Deployment[]>((await platform.berth('deployments', 'shop', '--json')).stdout)
      assert.equal(deployment?.state, 'succeeded')
      assert.deepEqual(new Set(deployment?.steps.map(({ state }) => state)), new Set(['done']))
    })

    test('a second deploy is v2, keeps what was not mentioned, and fails no request', async () => {
      const argv = ['--image', 'test-app:1', '--name', 'shop', '--env', 'VERSION=two']
      const deployTwo = async () => {
        const { code, stdout, stderr } = await platform.berth('deploy', ...argv)
        assert.equal(code, 0, stdout + stderr)
      }
      const result = await underLoad('shop.localhost', deployTwo, { postWorkers: 2 })
      assert.deepEqual(result.failures, [])
      assert.ok(result.requests > 100, `only ${result.requests} requests`)
      assert.deepEqual([...result.bodies.keys()].sort(), ['one', 'two'])
      assert.equal((await appOf('shop'))?.releaseVersion, 2)
    })

    test('scaling up and down fails no request, and ps shows every instance', async () => {
      const { failures } = await underLoad('shop.localhost', async () => {
        assert.equal((await platform.berth('scale', 'shop', '3')).code, 0)
        const instances = await settled('shop', 3)
        assert.ok(instances.every(({ machine, restarts }) => machine === platform.machine.name && restarts === 0))
        assert.equal((await platform.berth('scale', 'shop', '2')).code, 0)
        await settled('shop', 2)
      })
      assert.deepEqual(failures, [])
    })

    test('an instance that is killed is replaced without a failed GET', async () => {
      const { failures } = await underLoad('shop.localhost', async () => {
        const [instance] = await settled('shop', 2)
        const label = [`com.docker.swarm.task.id=${instance?.id}`]
        const [container] = await platform.machine.docker.listContainers({ filters: { label } })
        await platform.machine.docker.getContainer(container?.Id ?? assert.fail('no instance')).kill()
        await until(
          'the killed instance is replaced',
          () => ps('shop'),
          (instances) => instances.some(({ restarts, state }) => restarts === 1 && state === 'running'),
        )
        await settled('shop', 2)
      })
      assert.deepEqual(failures, [])
    })

    test('a restart makes new instances of the same release without a failed request', async () => {
      const before = (await settled('shop', 2)).map(({ id }) => id)
      const { failures } = await underLoad('shop.localhost', async () => {
        const { code, stdout, stderr } = await platform.berth('restart', 'shop')
        assert.equal(code, 0, stdout + stderr)
        const now = await settled('shop', 2)
        assert.ok(now.every(({ id, releaseVersion }) => !before.includes(id) && releaseVersion === 2))
      })
      assert.deepEqual(failures, [])
    })

    test('a rollback serves the earlier release again without a failed request', async () => {
      const { failures } = await underLoad('shop.localhost', async () => {
        const { code, stdout, stderr } = await platform.berth('rollback', 'shop', '1')
        assert.equal(code, 0, stdout + stderr)
      })
      assert.deepEqual(failures, [])
      assert.equal((await platform.get('shop.localhost')).body, 'one')
    })

    test('requests that take long are finished by the old instances', async () => {
      const slow = platform.get('shop.localhost', '/slow')
      const { code } = await deployTestApp(platform, 'shop', '--env', 'VERSION=three')
      assert.equal(code, 0)
      assert.deepEqual([(await slow).status, (await slow).body], [200, 'one'])
    })

    test('the app sees the environment, the limits and the visitor as they are', async () => {
      const tricky = 'a "quoted" $value with = and spaces'
      await deployTestApp(platform, 'shop', '--env', `TRICKY=${tricky}`, '--memory', '200M', '--cpu', '0.15')
      const env = json<Record<string, string>>((await platform.get('shop.localhost', '/env')).body)
      assert.equal(env.TRICKY, tricky)
      const forged = { 'x-forwarded-for': '6.6.6.6', 'x-berth-probe': 'guess' }
      const answer = await platform.get('shop.localhost', '/headers', forged)
      const headers = json<Record<string, string>>(answer.body)
      assert.deepEqual([answer.headers['x-berth-backend'], headers['x-berth-probe']], [undefined, undefined])
      assert.doesNotMatch(headers['x-forwarded-for'] ?? '', /6\.6\.6\.6/)
      assert.equal(headers['x-forwarded-proto'], 'http')

      const [found] = await platform.machine.docker.listContainers({ filters: { label: ['berth.app=shop'] } })
      const { HostConfig } = await platform.machine.docker.getContainer(found?.Id ?? '').inspect()
      assert.deepEqual([HostConfig.Memory, HostConfig.NanoCpus], [200 * 1024 ** 2, 150_000_000])
    })

    test('logs show what the instances wrote', async () => {
      const { code, stdout } = await platform.berth('logs', 'shop', '--tail', '50')
      assert.equal(code, 0)
      assert.match(stdout, /listening on 8080/)
    })

    test('a stopped app says so to visitors and comes back with start', async () => {
      assert.equal((await platform.berth('stop', 'shop')).code, 0)
      const stopped = await until(
        'visitors are told',
        () => platform.get('shop.localhost'),
        ({ status }) => status === 503,
      )
      assert.match(stopped.body, /stopped/)
      assert.equal((await appOf('shop'))?.state, 'stopped')
      assert.equal((await platform.berth('start', 'shop')).code, 0)
      assert.equal((await platform.get('shop.localhost')).status, 200)
    })

    test('the registry answers this machine, and no app', async () => {
      const fromMachine = await platform.machine.exec(['curl', '-sf', 'http://127.0.0.1:5000/v2/'])
      assert.equal(fromMachine.exitCode, 0, fromMachine.output)
      const [instance] = await platform.machine.docker.listContainers({ filters: { label: ['berth.app=shop'] } })
      const [edge] = await platform.machine.docker.listContainers({ filters: { label: ['berth.role=edge'] } })
      const edgeAddress =
        edge?.NetworkSettings.Networks['berth-project-default']?.IPAddress ?? assert.fail('edge is not on the network')
      const script = `fetch('http://${edgeAddress}:5000/v2/').then(() => process.exit(0), () => process.exit(7))`
      const fromApp = await platform.machine.exec(['docker', 'exec', instance?.Id ?? '', 'node', '-e', script])
      assert.equal(fromApp.exitCode, 7, fromApp.output)
    })

    test('a removed app leaves no service, no instance and no route', async () => {
      assert.equal((await platform.berth('rm', 'shop', '--yes')).code, 0)
      await until(
        'everything of the app is gone',
        async () => (await platform.machine.docker.listContainers({ filters: { label: ['berth.app=shop'] } })).length,
        (left) => left === 0,
      )
      await until(
        'the route is gone',
        async () => (await platform.get('shop.localhost')).status,
        (status) => status === 404,
      )
      assert.equal(await appOf('shop'), undefined)
    })
  })
