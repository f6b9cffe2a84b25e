import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type App, type Deployment, type DeploymentStage, deploymentStages } from '@berth/contract'
import { type Platform, until } from './platform.ts'
import { deployTestApp } from './test-app.ts'

export const recoverySuite = (given: () => Platform) =>
  describe('recovery', () => {
    let platform: Platform
    before(() => {
      platform = given()
    })
    const json = <T>(text: string) => JSON.parse(text) as T

    const deploy = (version: string, ...more: string[]) =>
      deployTestApp(platform, 'shop', '--port', '8080', '--env', `VERSION=${version}`, ...more)
    const deployments = async () => json<Deployment[]>((await platform.api('GET', '/v1/apps/shop/deployments')).body)
    const newest = async () => (await deployments())[0] ?? assert.fail('no deployment')
    const has = (stage: DeploymentStage) => (deployment: Deployment) =>
      deployment.steps.some((step) => step.stage === stage && step.state !== 'waiting')
    const serverAnswers = () =>
      until(
        'the server answers',
        async () => (await platform.api('GET', '/healthz', { token: null })).body,
        (body) => body.includes('ready'),
      )
    const serverContainer = async () => {
      const [found] = await platform.machine.docker.listContainers({ filters: { label: ['berth.role=server'] } })
      return platform.machine.docker.getContainer(found?.Id ?? assert.fail('no server runs'))
    }

    test('a deployment goes on to its end when the server is killed in any of its stages', async () => {
      assert.equal((await deploy('v0')).code, 0)
      for (const stage of deploymentStages) {
        const { id: before } = await newest()
        const outcome = deploy(`killed-in-${stage}`, '--env', 'START_AFTER_MS=1500')
        const reached = await until(
          `stage ${stage} is reached`,
          newest,
          (deployment) => deployment.id !== before && (has(stage)(deployment) || deployment.finishedAt !== null),
        )
        await (await serverContainer()).kill()
        const { code, stdout, stderr } = await outcome
        assert.equal(code, 0, `killed in ${stage}: ${stdout}${stderr}`)
        await serverAnswers()
        assert.deepEqual([(await newest()).id, (await newest()).state], [reached.id, 'succeeded'])
        assert.equal((await platform.get('shop.localhost')).body, `killed-in-${stage}`)
      }
    })

    test('visitors are served while the server is down', async () => {
      await (await serverContainer()).kill()
      assert.equal((await platform.get('shop.localhost')).status, 200)
      await serverAnswers()
    })

    test('a deployment goes on when the whole machine dies in the middle and comes back', async () => {
      const { code } = await deploy('after-the-blackout', '--env', 'START_AFTER_MS=3000', '--detach')
      assert.equal(code, 0)
      const { id } = await until('its instances start', newest, has('start'))
      await platform.machine.kill()
      await platform.machine.start()
      const ended = await until('it has ended', newest, ({ finishedAt }) => finishedAt !== null, 180_000)
      assert.deepEqual([ended.id, ended.state], [id, 'succeeded'], JSON.stringify(ended.failure))
      await until(
        'it answers',
        async () => (await platform.get('shop.localhost')).body,
        (body) => body === 'after-the-blackout',
      )
    })

    test('up on a machine where all is right changes nothing, and repairs what is not', async () => {
      const ids = async () => {
        const containers = await platform.machine.docker.listContainers({ filters: { label: ['berth.role'] } })
        return containers.map(({ Id }) => Id).sort()
      }
      const before = await ids()
      const again = await platform.install('up')
      assert.equal(again.code, 0, again.stdout + again.stderr)
      assert.deepEqual(await ids(), before)

      const [agent] = await platform.machine.docker.listContainers({ filters: { label: ['berth.role=agent'] } })
      await platform.machine.docker.getContainer(agent?.Id ?? '').remove({ force: true })
      assert.equal((await platform.install('up')).code, 0)
      assert.equal((await platform.get('shop.localhost')).status, 200)
    })

    test('down removes all that is Berth and nothing else; up with the kept data brings the apps back', async () => {
      const { docker } = platform.machine
      const foreign = await docker.createContainer({
        Image: 'nginx:stable',
        name: 'foreign',
        HostConfig: { NetworkMode: 'none' },
      })
      await foreign.start()
      const down = await platform.install('down', '--yes')
      assert.equal(down.code, 0, down.stdout + down.stderr)
      const left = await docker.listContainers({ all: true })
      assert.deepEqual(
        left.map(({ Names }) => Names[0]),
        ['/foreign'],
      )
      const volumes = (await docker.listVolumes()).Volumes.map(({ Name }) => Name)
      assert.ok(volumes.includes('berth-server'))

      const up = await platform.install('up')
      assert.equal(up.code, 0, up.stdout + up.stderr)
      await until(
        'the app is back',
        async () => (await platform.get('shop.localhost')).body,
        (body) => body === 'after-the-blackout',
      )
      await until(
        'the app is running in Berth’s eyes, too',
        async () => json<App[]>((await platform.berth('apps', '--json')).stdout),
        (apps) => apps.find(({ name }) => name === 'shop')?.state === 'running',
      )

      const downWithData = await platform.install('down', '--data', '--yes')
      assert.equal(downWithData.code, 0, downWithData.stdout + downWithData.stderr)
      assert.deepEqual(
        (await docker.listVolumes()).Volumes.filter(({ Name }) => Name.startsWith('berth-')),
        [],
      )
      assert.deepEqual(
        (await docker.listContainers({ all: true })).map(({ Names }) => Names[0]),
        ['/foreign'],
      )
    })
  })
