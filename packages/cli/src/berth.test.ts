import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { App, Instance } from '@berth/contract'
import * as api from '@berth/contract'
import { events, fakeBerth, hangUp, written } from './fake-berth.ts'
import {
  failed,
  running,
  sampleApp,
  sampleInstance,
  sampleLine,
  sampleMachine,
  sampleRelease,
  sampleTime,
  succeeded,
} from './samples.ts'

const esc = '\u001b'

test('bad input is exit code 2 and never reaches the network', async (t) => {
  const { process: berth, calls, home } = await fakeBerth(t)
  writeFileSync(join(home, 'bad.env'), 'A=1\nnonsense\n')
  const base = ['deploy', '--image', 'nginx', '--name', 'hello']
  const cases: [string[], RegExp][] = [
    [[...base, '--port', 'abc'], /^error: --port: use a port from 1 to 65535, not "abc"\n$/],
    [[...base, '--port', '80', '--worker'], /^error: --worker: a worker has no --port\n$/],
    [[...base, '--env', 'secret'], /^error: --env: use NAME=value\n$/],
    [[...base, '--env', '1A=x'], /^error: --env: use letters.*not "1A"\n$/],
    [[...base, '--env', 'A=1', '--unset-env', 'A'], /^error: --unset-env: A is also set by --env\n$/],
    [[...base, '--env-file', 'none.env'], /^error: --env-file: cannot read "none\.env" \(ENOENT\)\n$/],
    [[...base, '--env-file', 'bad.env'], /^error: --env-file: bad\.env line 2: use NAME=value, not "nonsense"\n$/],
    [['ps', '../x'], /^error: app: use 1 to 40/],
    [['deplyo'], /^error: unknown command 'deplyo'\nhint: Did you mean deploy\?\n$/],
    [['up'], /^error: "up" works only on the machine itself.*\nhint: Run \.\/berth up there\n$/],
    [['rm', 'hello'], /^error: Removing hello needs --yes where nobody can be asked\n$/],
  ]
  const check = async ([words, message]: [string[], RegExp]) => {
    const { code, stdout, stderr } = await berth(...words)
    assert.match(stderr, message)
    assert.deepEqual([code, stdout], [2, ''], words.join(' '))
  }
  await Promise.all(cases.map(check))
  assert.deepEqual(calls, [])
})

test('a Berth that is not there is exit code 3', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  const { berth } = await fakeBerth(t, { BERTH_URL: `http://berth.localhost:${port}` })
  const { code, stderr } = await berth('apps')
  assert.equal(code, 3)
  assert.match(stderr, /^error: Nothing answers at http:\/\/berth\.localhost:\d+ \(ECONNREFUSED\)\nhint: .*quickstart/)
})

test('a name under .localhost is reached without a resolver, and sent as Host', async (t) => {
  let host: string | undefined
  const server = createServer((request, response) => {
    host = request.headers.host
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { berth } = await fakeBerth(t, { BERTH_URL: `http://berth.localhost:${port}` })
  assert.equal((await berth('apps')).code, 0)
  assert.equal(host, `berth.localhost:${port}`)
})

test('without a login every command says how to get one', async (t) => {
  const { berth } = await fakeBerth(t, { BERTH_URL: '', BERTH_TOKEN: '' })
  const { code, stderr } = await berth('apps')
  assert.equal(code, 2)
  assert.match(stderr, /^error: Not signed in to any Berth\nhint: Run "berth login/)
})

test('apps is a table, or JSON', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const degraded: App = {
    ...sampleApp,
    name: 'shop',
    state: 'degraded',
    readyReplicas: 1,
    reason: 'one\u001b[2J is bad',
    lastDeployment: null,
  }
  const last = sampleApp.lastDeployment ?? assert.fail()
  const deploying: App = { ...sampleApp, lastDeployment: { ...last, state: 'running', stage: 'check' } }
  on(api.listApps, () => [deploying, degraded])
  const table = await berth('apps')
  assert.deepEqual(table.stdout.split('\n'), [
    'APP    STATE     UP   RELEASE  DEPLOYED     URL                      IMAGE         NOTE',
    'hello  running   2/2  v1       now (check)  http://hello.localhost/  nginx:stable',
    'shop   degraded  1/2  v1       never        http://hello.localhost/  nginx:stable  one is bad',
    '',
  ])
  assert.deepEqual(JSON.parse((await berth('apps', '--json')).stdout), [deploying, degraded])
})

test('colours are there when asked for and gone with NO_COLOR', async (t) => {
  const { on, berth } = await fakeBerth(t, { FORCE_COLOR: '1' })
  on(api.listApps, () => [sampleApp])
  assert.ok((await berth('apps')).stdout.includes(`${esc}[32mrunning`))
  const plain = await fakeBerth(t, { FORCE_COLOR: '1', NO_COLOR: '1' })
  plain.on(api.listApps, () => [sampleApp])
  assert.ok(!(await plain.berth('apps')).stdout.includes(esc))
})

test('ps shows instances in words', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const instance: Instance = { ...sampleInstance, state: 'failed', reason: 'exit code 1', restarts: 4 }
  on(api.listInstances, () => [instance])
  assert.match(
    (await berth('ps', 'hello')).stdout,
    /abcdefghijkl {2}web +v1 +alpha +failed +\d+ \w+ ago +4 +exit code 1\n/,
  )
})

test('releases say what changed and never a value of the environment', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.getApp, () => sampleApp)
  on(api.listReleases, () => [sampleRelease])
  const { stdout } = await berth('releases', 'hello')
  assert.match(stdout, /v1 +serves .*image nginx:1\.29 -> nginx:stable; set PASSWORD .*0\.15 cores, 128 MiB/)
  assert.deepEqual(JSON.parse((await berth('releases', 'hello', '--json')).stdout), [sampleRelease])
})

test('logs -f goes on after a broken connection, without a line twice, and keeps the terminal safe', async (t) => {
  const { on, start } = await fakeBerth(t)
  const line = (text: string, second: number) => ({ ...sampleLine, text, at: `2026-03-01T10:00:0${second}.000Z` })
  let connections = 0
  const tails: number[] = []
  on(api.followLogs, ({ query }) => {
    connections += 1
    tails.push(query.tail)
    if (connections === 1) return events(line('one', 1), line('two \u001b[31mred\u001b[2J', 2), hangUp)
    return events(line('one', 1), line('two \u001b[31mred\u001b[2J', 2), line('three', 3))
  })
  const child = start('logs', 'hello', '-f', '--tail', '7')
  const text = await written(child.stdout, /three\n/)
  child.kill('SIGINT')
  assert.deepEqual(text.split('\n'), [
    'abcdefghijkl@alpha | one',
    'abcdefghijkl@alpha | two red',
    'abcdefghijkl@alpha | three',
    '',
  ])
  assert.deepEqual(tails.slice(0, 2), [7, 1000])
})

test('logs without -f ends where the lines end', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.followLogs, () => events(sampleLine))
  const { code, stdout } = await berth('logs', 'hello', '--json')
  assert.deepEqual([code, JSON.parse(stdout)], [0, sampleLine])
})

test('cancel, stop, rm --yes and open do what they say', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.getApp, () => ({ ...sampleApp, deploymentId: 'd7' }))
  on(api.cancelDeployment, () => ({ ...running, state: 'cancelled' as const }))
  on(api.stopApp, () => ({ ...sampleApp, state: 'stopped' as const }))
  on(api.listInstances, () => [])
  on(api.removeApp, () => ({ removed: true as const }))
  assert.equal((await berth('cancel', 'hello')).stdout, 'Cancelled the deployment of hello\n')
  assert.equal((await berth('stop', 'hello')).code, 0)
  assert.equal((await berth('rm', 'hello', '--yes')).stdout, 'Removed hello\n')
  assert.equal((await berth('open', 'hello')).stdout, 'http://hello.localhost/\n')
  assert.ok(calls.includes('POST /v1/apps/hello/deployments/d7/cancel'))
})

test('follow, deployments, activity, machines and status answer', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const system = {
    version: '0.1.0',
    database: 'sqlite' as const,
    isActive: true,
    domain: 'localhost',
    checks: [],
    sample: null,
  }
  on(api.listDeployments, () => [failed, succeeded])
  on(api.getApp, () => sampleApp)
  on(api.listActivity, () => [
    { id: '1', at: sampleTime, actor: 'ci', kind: 'deployment_failed', app: 'hello', project: 'default', detail: null },
  ])
  on(api.listMachines, () => [sampleMachine])
  on(api.getHealth, () => ({ status: 'ready' as const }))
  on(api.getSystem, () => ({ ...system, startedAt: sampleTime, machines: 2, agents: 1 }))
  assert.equal((await berth('follow', 'hello')).code, 1)
  assert.match(
    (await berth('deployments', 'hello')).stdout,
    /d1 +deploy +v2 +failed .* 5\.0 s +admin +nginx:stable +The program exits/,
  )
  assert.match((await berth('activity')).stdout, /ago +ci +deployment failed +default +hello/)
  assert.match(
    (await berth('machines')).stdout,
    /alpha +manager, leader +ready +10\.0\.0\.1 +2 +4 +25% +1 GiB of 4 GiB/,
  )
  const status = await berth('status')
  assert.equal(status.code, 1)
  assert.match(status.stdout, /Machines {2}2, of which 1 without an agent that answers/)
})

test('status shows every check, and is exit code 1 only when one failed', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const system = { version: '0.1.0', database: 'sqlite' as const, isActive: true, domain: 'localhost', sample: null }
  const checks: api.SystemCheck[] = [
    { name: 'database', state: 'ok', message: 'SQLite, 3 MiB' },
    { name: 'edge of alpha', state: 'warning', message: 'its table is 40 s old' },
  ]
  on(api.getHealth, () => ({ status: 'ready' as const }))
  on(api.getSystem, () => ({ ...system, startedAt: sampleTime, machines: 1, agents: 1, checks }))
  const well = await berth('status')
  assert.equal(well.code, 0)
  assert.match(well.stdout, /^database {7}ok {7}SQLite, 3 MiB\nedge of alpha {2}warning {2}its table is 40 s old$/m)
  checks.push({ name: 'disk\u001b[2J', state: 'failed', message: 'alpha is full; remove images' })
  const failing = await berth('status')
  assert.equal(failing.code, 1)
  assert.match(failing.stdout, /^disk {11}failed {3}alpha is full; remove images$/m)
  const json = await berth('status', '--json')
  assert.deepEqual([json.code, JSON.parse(json.stdout).checks], [1, checks])
})

test('env masks the values unless they are asked for, in JSON too', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const services = [{ name: 'web', env: { PASSWORD: 'hunter2', GREETING: 'a "b"\u001b[2J' } }]
  on(api.getEnvironment, () => ({ releaseVersion: 3, services }))
  assert.equal((await berth('env', 'hello')).stdout, 'PASSWORD=***\nGREETING=***\n')
  assert.doesNotMatch((await berth('env', 'hello', '--json')).stdout, /hunter2/)
  assert.equal((await berth('env', 'hello', '--show')).stdout, 'PASSWORD=hunter2\nGREETING="a \\"b\\""\n')
  const json = await berth('env', 'hello', '--show', '--json')
  assert.deepEqual(JSON.parse(json.stdout), { releaseVersion: 3, services })
  on(api.getEnvironment, () => ({ releaseVersion: 3, services: [{ name: 'web', env: {} }] }))
  const none = await berth('env', 'hello')
  assert.deepEqual([none.stdout, none.stderr], ['', 'hello has no variables of its own.\n'])
})

test('image says what can be known before it is deployed', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const found: api.Image = {
    name: 'docker.io/library/nginx:stable',
    digest: `sha256:${'ab'.repeat(32)}`,
    sizeBytes: 70 * 1024 ** 2,
    source: 'registry',
    exposedPorts: [80, 443],
    createdAt: null,
  }
  on(api.inspectImage, () => ({ state: 'found' as const, image: found }))
  const { stdout } = await berth('image', 'nginx:stable')
  assert.match(stdout, /^Size {5}70 MiB to pull\nPorts {4}80, 443\nCreated {2}-$/m)
  const onMachine = { ...found, source: 'machine' as const, sizeBytes: null, exposedPorts: null }
  on(api.inspectImage, () => ({ state: 'found' as const, image: onMachine }))
  const unknown = await berth('image', 'nginx:stable')
  assert.match(unknown.stdout, /on a machine of Berth only\n.*\nSize {5}-\nPorts {4}says none; give --port/)
  const fault = { code: 'image_not_found' as const, message: 'No image nginx:stabel', hint: 'Check its name' }
  on(api.inspectImage, () => ({ state: 'missing' as const, ...fault }))
  const missing = await berth('image', 'nginx:stabel')
  assert.deepEqual([missing.code, missing.stderr], [1, 'error: No image nginx:stabel\nhint: Check its name\n'])
})

test('activity asks for one app, and says how to see what is older', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const queries: unknown[] = []
  on(api.listActivity, ({ query }) => {
    queries.push(query)
    return [{ id: 'a9', at: sampleTime, actor: 'ci', kind: 'signed_in', app: null, project: null, detail: null }]
  })
  const { stdout, stderr } = await berth('activity', '--app', 'hello', '--limit', '1')
  assert.match(stdout, /ago +ci +signed in +- +-$/m)
  assert.equal(stderr, 'Older: berth activity --app hello --before a9\n')
  assert.equal((await berth('activity', '--before', 'a9')).stderr, '')
  assert.deepEqual(queries, [
    { limit: 1, app: 'hello' },
    { limit: 50, before: 'a9' },
  ])
})
