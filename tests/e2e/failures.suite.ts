import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { App, Deployment } from '@berth/contract'
import { calmly, startLoad } from '../load.ts'
import { type Outcome, type Platform, until } from './platform.ts'
import { deployTestApp } from './test-app.ts'

export const failuresSuite = (given: () => Platform) =>
  describe('what cannot come up', () => {
    let platform: Platform
    before(async () => {
      platform = given()
      const { code, stdout, stderr } = await deploy('shop', '--port', '8080', '--env', 'VERSION=good')
      assert.equal(code, 0, stdout + stderr)
    })
    const json = <T>(text: string) => JSON.parse(text) as T

    const deploy = (name: string, ...more: string[]) => deployTestApp(platform, name, ...more)
    const said = ({ stdout, stderr }: Outcome) => stdout + stderr
    const lastDeployment = async (name: string) =>
      json<Deployment[]>((await platform.berth('deployments', name, '--json')).stdout)[0] ??
      assert.fail('no deployment')

    /** Deploys something bad over what is good, under load. */
    async function failsWhileGoodServes(code: string, ...more: string[]): Promise<string> {
      const load = startLoad({
        ...calmly,
        address: platform.machine.address,
        port: 80,
        host: 'shop.localhost',
        keepAliveWorkers: 2,
        newConnectionWorkers: 2,
      })
      const outcome = await deploy('shop', ...more)
      const { failures, bodies } = await load.stop()
      assert.equal(outcome.code, 1, said(outcome))
      assert.deepEqual(failures, [])
      assert.deepEqual([...bodies.keys()], ['good'])
      const { state, failure } = await lastDeployment('shop')
      assert.deepEqual([state, failure?.code], ['failed', code], said(outcome))
      return said(outcome)
    }

    test('a program that exits at once fails with its exit code and its last lines', async () => {
      const text = await failsWhileGoodServes('exited', '--env', 'EXIT_CODE=3')
      assert.match(text, /exit code 3/)
      assert.match(text, /the configuration is missing/)
    })

    test('a program that listens nowhere fails at the deadline and says so', async () => {
      const text = await failsWhileGoodServes(
        'port_not_listening',
        '--env',
        'PORT=none',
        '--unset-env',
        'EXIT_CODE',
        '--deadline',
        '8s',
      )
      assert.match(text, /[Nn]othing listens on port 8080/)
    })

    test('a program that listens on another port is told which', async () => {
      const text = await failsWhileGoodServes('port_not_listening', '--env', 'PORT=3000', '--deadline', '8s')
      assert.match(text, /--port 3000/)
    })

    test('a program that listens only to itself is told so', async () => {
      const text = await failsWhileGoodServes(
        'port_not_listening',
        '--env',
        'PORT=8080',
        '--env',
        'LISTEN_ON=127.0.0.1',
        '--deadline',
        '8s',
      )
      assert.match(text, /0\.0\.0\.0/)
    })

    test('a health check that answers 500 fails with that', async () => {
      const text = await failsWhileGoodServes(
        'health_check_failed',
        '--env',
        'LISTEN_ON=0.0.0.0',
        '--health-path',
        '/unhealthy',
        '--deadline',
        '8s',
      )
      assert.match(text, /500/)
    })

    test('a program that eats its memory fails as out of memory', async () => {
      const text = await failsWhileGoodServes(
        'out_of_memory',
        '--health-path',
        '/',
        '--env',
        'EAT_MEMORY=1',
        '--env',
        'START_AFTER_MS=60000',
        '--memory',
        '64M',
      )
      assert.match(text, /memory/)
    })

    test('a reservation that fits nowhere says what is missing where, before anything starts', async () => {
      const text = await failsWhileGoodServes(
        'does_not_fit',
        '--unset-env',
        'EAT_MEMORY',
        '--env',
        'START_AFTER_MS=0',
        '--reserve-memory',
        '900G',
        '--memory',
        '901G',
      )
      assert.match(text, new RegExp(platform.machine.name))
    })

    test('a command that does not exist fails with words', async () => {
      const outcome = await deploy('broken', '--port', '80', '--command', '/no/such/program')
      assert.equal(outcome.code, 1, said(outcome))
      assert.equal((await lastDeployment('broken')).failure?.code, 'exited')
      assert.match(said(outcome), /exit code 1 .*\n[\s\S]*Cannot find module '\/no\/such\/program'/)
    })

    test('a slow start is waited for', async () => {
      const outcome = await deploy('slow', '--port', '8080', '--env', 'START_AFTER_MS=12000')
      assert.equal(outcome.code, 0, said(outcome))
      assert.equal((await platform.get('slow.localhost')).status, 200)
    })

    test('a missing image, a hostile name and a closed registry are told apart', async () => {
      const missing = await platform.berth(
        'deploy',
        '--image',
        '127.0.0.1:5000/nobody/nothing:1',
        '--port',
        '80',
        '--name',
        'missing',
      )
      assert.equal(missing.code, 1, said(missing))
      assert.equal((await lastDeployment('missing')).failure?.code, 'image_not_found')

      const closed = await platform.berth('deploy', '--image', '127.0.0.1:9/x:1', '--port', '80', '--name', 'closed')
      assert.equal(closed.code, 1, said(closed))
      assert.equal((await lastDeployment('closed')).failure?.code, 'registry_unreachable')
    })

    test('hostile input is refused in words, by the command line and by the API, and leaves nothing', async () => {
      const names = ["a'; rm -rf /", '../x', 'x'.repeat(300), '🚢', '', '-x', 'UPPER', 'berth']
      for (const name of names) {
        const outcome = await platform.berth('deploy', '--image', 'test-app:1', '--port', '80', '--name', name)
        assert.equal(outcome.code, 2, `${name}: ${said(outcome)}`)
        const { status, body } = await platform.api('POST', '/v1/apps', {
          body: { name, image: 'test-app:1', port: 80 },
        })
        assert.equal(status, 400, `${name}: ${body}`)
        assert.equal(json<{ code: string }>(body).code, 'invalid_request')
        const fetched = await platform.api('GET', `/v1/apps/${encodeURIComponent(name)}`)
        assert.ok([400, 404].includes(fetched.status), `${name}: ${fetched.status}`)
      }
      for (const port of ['0', '70000', 'abc', '-1', '80.5']) {
        const outcome = await deployTestApp(platform, 'port', `--port=${port}`)
        assert.equal(outcome.code, 2, `${port}: ${said(outcome)}`)
        assert.match(outcome.stderr, /port/)
      }
      for (const image of ['', 'Upper', 'a b', 'x:y:z', '$(id)', `x${'y'.repeat(300)}`]) {
        const { status } = await platform.api('POST', '/v1/apps', { body: { name: 'image', image, port: 80 } })
        assert.equal(status, 400, image)
      }
      const apps = json<App[]>((await platform.berth('apps', '--json')).stdout).map(({ name }) => name)
      assert.ok(!apps.includes('port') && !apps.includes('image'))
    })

    test('a second deployment is refused and names the first, or supersedes it', async () => {
      const first = await deploy('shop', '--env', 'START_AFTER_MS=60000', '--health-path', '/', '--detach')
      assert.equal(first.code, 0, said(first))
      const refused = await deploy('shop', '--env', 'VERSION=other')
      assert.notEqual(refused.code, 0)
      assert.match(said(refused), /install/) // Who started the first.
      assert.match(said(refused), /--supersede/)
      const superseding = await deploy(
        'shop',
        '--supersede',
        '--env',
        'VERSION=superseding',
        '--env',
        'START_AFTER_MS=0',
        '--unset-env',
        'EAT_MEMORY',
      )
      assert.equal(superseding.code, 0, said(superseding))
      assert.equal((await platform.get('shop.localhost')).body, 'superseding')
      const states = json<Deployment[]>((await platform.berth('deployments', 'shop', '--json')).stdout).map(
        ({ state }) => state,
      )
      assert.deepEqual(states.slice(0, 2), ['succeeded', 'cancelled'])
    })

    test('a cancelled deployment leaves nothing behind, and the old release serves', async () => {
      await deploy('shop', '--env', 'START_AFTER_MS=60000', '--detach')
      await until(
        'its instance exists',
        () => lastDeployment('shop'),
        ({ steps }) => steps.some(({ stage, state }) => stage === 'check' && state === 'running'),
      )
      assert.equal((await platform.berth('cancel', 'shop')).code, 0)
      const { state, releaseVersion } = await lastDeployment('shop')
      assert.equal(state, 'cancelled')
      await until(
        'its instances are gone',
        async () =>
          (await platform.machine.docker.listServices({ filters: { label: ['berth.app=shop'] } })).map(
            ({ Spec }) => Spec?.Name ?? '',
          ),
        (services) => services.length === 1 && !services[0]?.includes(`r${releaseVersion}`),
      )
      assert.equal((await platform.get('shop.localhost')).body, 'superseding')
    })
  })
