import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as api from '@berth/contract'
import { PlatformError } from '@berth/contract'
import { events, fakeBerth, hangUp, written } from './fake-berth.ts'
import { failed, running, sampleApp, sampleDeployment, succeeded } from './samples.ts'

const noApp = () => {
  throw new PlatformError('app_not_found', 'No app hello')
}

const esc = '\u001b'

test('deploy creates an app that is not there and shows its steps to the end', async (t) => {
  const { on, process: berth, home } = await fakeBerth(t)
  let body: unknown
  on(api.getApp, noApp)
  on(api.createApp, (request) => {
    body = request.body
    return sampleDeployment
  })
  on(api.followDeployment, () => events(sampleDeployment, running, succeeded))
  writeFileSync(join(home, 'app.env'), 'FROM_FILE=1\nBOTH=file\n')
  const words = ['--env', 'BOTH=flag', '--env-file', 'app.env', '--memory', '128M', '--health-path', '/up']
  const { code, stdout, stderr } = await berth(
    'deploy',
    '--image',
    'nginx:stable',
    '--port',
    '80',
    '--name',
    'hello',
    ...words,
  )
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^Deploying hello \(nginx:stable\)\n/)
  assert.match(stdout, /^done {5}Find the image {12}1\.0 s$/m)
  assert.match(stdout, /hello v2 answers at http:\/\/hello\.localhost\/ \(7\.0 s\)\n$/)
  assert.ok(!stdout.includes(esc))
  assert.deepEqual(body, {
    name: 'hello',
    project: 'default',
    replicas: 1,
    image: 'nginx:stable',
    port: 80,
    env: { FROM_FILE: '1', BOTH: 'flag' },
    resources: { memoryBytes: 128 * 1024 ** 2 },
    healthCheck: { path: '/up' },
    supersede: false,
    deadlineMs: 120_000,
  })
})

test('deploy sends only what was said to an app that is there, and scales it first', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  const bodies: unknown[] = []
  on(api.getApp, () => sampleApp)
  on(api.scaleApp, ({ body }) => {
    bodies.push(body)
    return sampleApp
  })
  on(api.createDeployment, ({ body }) => {
    bodies.push(body)
    return succeeded
  })
  const { code } = await berth('deploy', '--name', 'hello', '--unset-env', 'OLD', '--replicas', '3', '--supersede')
  assert.equal(code, 0)
  assert.deepEqual(bodies, [{ replicas: 3 }, { change: { env: { OLD: null } }, supersede: true, deadlineMs: 120_000 }])
  assert.deepEqual(calls, ['GET /v1/apps/hello', 'POST /v1/apps/hello/scale', 'POST /v1/apps/hello/deployments'])
})

test('deploy takes the other way when somebody else was faster', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  let isThere = false
  on(api.getApp, () => (isThere ? sampleApp : noApp()))
  on(api.createApp, () => {
    isThere = true
    throw new PlatformError('app_exists', 'There is an app hello')
  })
  on(api.createDeployment, () => succeeded)
  const { code } = await berth('deploy', '--image', 'nginx', '--port', '80', '--name', 'hello')
  assert.equal(code, 0)
  assert.equal(calls.at(-1), 'POST /v1/apps/hello/deployments')
})

test('deploy --push goes with the build, and is refused before anything is sent for an image or a name without a host', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  for (const words of [
    ['--image', 'nginx', '--push', 'ghcr.io/me/shop:1'],
    ['--git', 'https://example.org/shop.git', '--push', 'me/shop:1'],
  ]) {
    const { code, stderr } = await berth('deploy', '--name', 'shop', ...words)
    assert.notEqual(code, 0)
    assert.match(stderr, /--push/)
  }
  assert.deepEqual(calls, [])
  const asked: unknown[] = []
  on(api.createBuild, ({ body }) => {
    asked.push(body.options.pushTo)
    throw new PlatformError('conflict', 'Enough is known')
  })
  await berth('deploy', '--git', 'https://example.org/shop.git', '--push', 'ghcr.io/me/shop:1')
  assert.deepEqual(asked, ['ghcr.io/me/shop:1'])
})

test('a failed deployment is exit code 1 with reason, last lines and what serves', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.getApp, () => sampleApp)
  on(api.createDeployment, () => running)
  on(api.followDeployment, () => events(failed))
  const { code, stdout, stderr } = await berth('deploy', '--name', 'hello', '--image', 'bad')
  assert.equal(code, 1)
  assert.match(stdout, /^failed {3}Check their health {8}1\.0 s {2}exits at once$/m)
  assert.match(stderr, /^error: The program exits at once, with exit code 1\nhint: See its last lines$/m)
  assert.match(stderr, /^ {2}\| boom there$/m)
  assert.match(stderr, /^v1 goes on serving at http:\/\/hello\.localhost\/$/m)
})

test('a deployment is followed through a server that is killed, one that is not up yet, and a stream that just ends', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  let connections = 0
  on(api.getApp, () => sampleApp)
  on(api.createDeployment, () => sampleDeployment)
  on(api.followDeployment, () => {
    connections += 1
    if (connections === 1) return events(running, hangUp)
    if (connections === 2) throw new PlatformError('server_standby', 'Another server acts')
    if (connections === 3) return events(running)
    return events(running, succeeded)
  })
  const { code, stdout } = await berth('deploy', '--name', 'hello', '--image', 'nginx')
  assert.equal(code, 0)
  assert.equal(calls.filter((call) => call.endsWith('/events')).length, 4)
  assert.match(stdout, /Berth does not answer; trying again.*\nBerth answers again\n/)
  assert.equal(stdout.match(/^done {5}Find the image/gm)?.length, 1)
})

test('Ctrl-C leaves the deployment going on and says how to go on', async (t) => {
  const { on, start, calls } = await fakeBerth(t)
  on(api.getApp, () => sampleApp)
  on(api.createDeployment, () => sampleDeployment)
  on(api.followDeployment, async function* () {
    yield running
    await new Promise(() => undefined)
  })
  const child = start('deploy', '--name', 'hello', '--image', 'nginx')
  const exit = once(child, 'exit')
  const said = written(child.stderr, /cancel hello/)
  await written(child.stdout, /Record the release/)
  child.kill('SIGINT')
  assert.match(await said, /The deployment goes on\. Follow it: berth follow hello {3}Cancel it: berth cancel hello/)
  assert.equal((await exit)[0], 130)
  assert.ok(!calls.some((call) => call.includes('/cancel')))
})

test('deploy --json prints only the deployment as it ended', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.getApp, () => sampleApp)
  on(api.createDeployment, () => running)
  on(api.followDeployment, () => events(running, failed))
  const { code, stdout, stderr } = await berth('deploy', '--name', 'hello', '--image', 'nginx', '--json')
  assert.deepEqual([code, stderr, JSON.parse(stdout)], [1, '', failed])
})

test('deploy --detach does not wait', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.getApp, () => sampleApp)
  on(api.createDeployment, () => running)
  const { code, stdout } = await berth('deploy', '--name', 'hello', '--image', 'nginx', '--detach')
  assert.deepEqual([code, stdout], [0, 'Deploying hello. Follow it: berth follow hello\n'])
  assert.equal(calls.length, 2)
})

test('a second deployment is refused in the words of the server', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.getApp, () => sampleApp)
  on(api.createDeployment, () => {
    throw new PlatformError('deployment_in_progress', 'ci is deploying hello', { hint: 'Wait, or use --supersede' })
  })
  const { code, stderr } = await berth('deploy', '--name', 'hello', '--image', 'nginx')
  assert.deepEqual([code, stderr], [1, 'error: ci is deploying hello\nhint: Wait, or use --supersede\n'])
})

test('a new app without a port says both ways out', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.getApp, noApp)
  const { code, stderr } = await berth('deploy', '--image', 'nginx')
  assert.equal(code, 2)
  assert.match(stderr, /^error: --port is needed for the new app nginx\nhint: .*--port .* or --worker/)
})

test('rollback goes to the newest earlier release that has served', async (t) => {
  const { on, berth } = await fakeBerth(t)
  let body: unknown
  on(api.getApp, () => ({ ...sampleApp, releaseVersion: 4 }))
  on(api.listDeployments, () => [
    { ...succeeded, releaseVersion: 4 },
    { ...failed, releaseVersion: 3 },
    { ...succeeded, releaseVersion: 2 },
    { ...succeeded, releaseVersion: 1 },
  ])
  on(api.createDeployment, (request) => {
    body = request.body
    return { ...succeeded, kind: 'rollback' as const }
  })
  const { code, stdout } = await berth('rollback', 'hello')
  assert.deepEqual([code, body], [0, { releaseVersion: 2, supersede: false, deadlineMs: 120_000 }])
  assert.match(stdout, /^Rolling back hello to v2/)
})

test('scale waits until all instances are up', async (t) => {
  const { on, berth } = await fakeBerth(t)
  let ready = 0
  on(api.scaleApp, ({ body }) => ({ ...sampleApp, replicas: body.replicas }))
  on(api.getApp, () => {
    ready += 1
    return {
      ...sampleApp,
      replicas: 3,
      readyReplicas: ready,
      state: ready < 3 ? ('degraded' as const) : ('running' as const),
    }
  })
  const { code, stdout } = await berth('scale', 'hello', '3')
  assert.equal(code, 0)
  assert.equal(
    stdout,
    '1 of 3 instances up\n2 of 3 instances up\n✓ hello: 3 of 3 instances up at http://hello.localhost/\n',
  )
})

test('start ends with exit code 1 when the instances do not come up in time', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.startApp, () => sampleApp)
  on(api.getApp, () => ({ ...sampleApp, readyReplicas: 0, state: 'down' as const, reason: 'exit code 1' }))
  const { code, stderr } = await berth('start', 'hello', '--deadline', '1s')
  assert.equal(code, 1)
  assert.match(stderr, /^error: hello: after 1 s only 0 of 2 instances up \(exit code 1\)\nhint: See berth ps hello/)
})
