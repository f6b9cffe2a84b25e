import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { connectDocker, type Engine, type MachineEngine, machineEngine } from '@berth/engine'
import type Dockerode from 'dockerode'
import { describeEngine, type EngineWorld } from '../packages/engine/src/engine.suite.ts'
import { aService } from '../packages/engine/src/fake/a-service.ts'
import { swarmWorld } from './engine-world.ts'
import { createMachine, removeMachines } from './machine.ts'

const runId = `engine-${randomUUID().slice(0, 8)}`
const timeoutMs = 30_000
const edgeImage = 'nginx:stable'

async function aManager(name: string, { isNewer = false } = {}): Promise<Dockerode> {
  const images = ['registry:2', 'nginx:stable']
  const machine = await createMachine({ name: `engine-${name}`, runId, images, isNewer })
  const docker = await connectDocker(machine.socketPath)
  await docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: 'eth0' })
  return docker
}

after(() => removeMachines(runId))

describeEngine('Swarm', async () => swarmWorld(await aManager('suite'), async () => undefined), { timeoutMs })
describeEngine(
  'Swarm of an engine that is some years newer',
  async () => swarmWorld(await aManager('newer', { isNewer: true }), async () => undefined),
  { timeoutMs },
)

describe("a machine's own engine", () => {
  const network = 'berth-project-machine'
  let docker: Dockerode
  let world: EngineWorld
  let engine: Engine
  let machine: MachineEngine

  before(async () => {
    docker = await aManager('machine')
    world = await swarmWorld(docker, async () => undefined)
    engine = world.engine
    machine = machineEngine({ docker })
    await engine.ensureNetwork(network)
  })

  async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const found = await find()
      if (found !== undefined) return found
      if (Date.now() > deadline) assert.fail(`never: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const service = (name: string, script?: string) =>
    aService({
      name,
      network,
      image: world.runnableImage,
      ...(script === undefined ? {} : { command: ['sh', '-c', script] }),
    })
  const instanceIn = (name: string, state: string) =>
    eventually(`an instance of ${name} is ${state}`, async () => {
      const { instances } = await engine.observe()
      return instances.find((each) => each.serviceName === name && each.state === state)
    })

  test('knows itself as the cluster does', async () => {
    const [info, { machines }] = await Promise.all([machine.info(), engine.observe()])
    assert.equal(info.machineId, machines[0]?.id)
    assert.equal(info.address, machines[0]?.address)
    assert.equal(info.isManager, true)
    assert.deepEqual(info.managerAddresses, [info.address])
    assert.ok(info.cpus > 0 && info.memoryBytes > 0)
  })

  test('finds an instance while it runs and after it ended, and nothing that is not an instance', async () => {
    await engine.createService(service('found', 'sleep 2; exit 4'))
    const { id } = await instanceIn('found', 'running')
    const running = await machine.findInstance(id)
    assert.equal(running?.isRunning, true)
    assert.ok((running?.pid ?? 0) > 0)
    assert.deepEqual([running?.app, running?.service, running?.exitCode], ['shop', 'web', null])
    assert.ok((await machine.listLocalInstances()).some(({ instanceId, pid }) => instanceId === id && pid > 0))
    const ended = await eventually('it ended', async () => {
      const seen = await machine.findInstance(id)
      return seen?.isRunning ? undefined : seen
    })
    assert.deepEqual([ended.exitCode, ended.wasOutOfMemory, ended.pid], [4, false, 0])
    assert.equal(await machine.findInstance('nobody'), undefined)
    await engine.removeService('found')
  })

  test('hints at an instance that began or ended, and ends with its signal', async () => {
    const stop = new AbortController()
    let stirs = 0
    const watching = machine.watchInstances(() => void stirs++, stop.signal)
    watching.catch(() => undefined)
    await engine.createService(service('stirring', 'sleep 1; exit 0'))
    await eventually('it began and ended', async () => (stirs >= 2 ? true : undefined))
    await engine.removeService('stirring')
    stop.abort(new Error('no longer watched'))
    await assert.rejects(watching, /no longer watched/)
  })

  test('removes what is left of an instance, and neither one that runs nor a stranger', async () => {
    const beganAtMs = Date.now()
    await engine.createService(service('lasting'))
    await engine.createService(service('leaving', 'sleep 1; exit 7'))
    const lasting = await instanceIn('lasting', 'running')
    const { id } = await instanceIn('leaving', 'failed')
    const labels = { 'com.docker.swarm.task.id': 'not-ours' }
    const stranger = await docker.createContainer({ Image: 'nginx:stable', Cmd: ['true'], Labels: labels })
    await stranger.start()
    await stranger.wait()
    const ended = await machine.listEndedInstances()
    assert.ok(ended.some(({ instanceId, endedAtMs }) => instanceId === id && endedAtMs > beganAtMs))
    assert.ok(ended.every(({ instanceId }) => instanceId !== 'not-ours' && instanceId !== lasting.id))
    for (const instanceId of [id, id, lasting.id, 'not-ours']) await machine.removeEndedInstance(instanceId)
    assert.equal(await machine.findInstance(id), undefined)
    assert.equal((await machine.findInstance(lasting.id))?.isRunning, true)
    assert.equal((await stranger.inspect()).State.Running, false)
    await Promise.all([engine.removeService('lasting'), engine.removeService('leaving')])
  })

  test('tells an instance that used too much memory from one that was killed', async () => {
    const hog = service('hog', 'x=a; while true; do x=$x$x; done')
    await engine.createService({ ...hog, resources: { memoryBytes: 16 * 1024 ** 2 } })
    const { id } = await instanceIn('hog', 'failed')
    assert.equal((await machine.findInstance(id))?.wasOutOfMemory, true)
    await engine.removeService('hog')
  })

  test('reads the log of an instance, long lines in one piece', async () => {
    const script = 'echo one; echo oops >&2; head -c 40000 /dev/zero | tr "\\0" x; echo; echo last; exec sleep 60'
    await engine.createService(service('logged', script))
    const { id } = await instanceIn('logged', 'running')
    const lines = await eventually('all is written', async () => {
      const seen = await Array.fromAsync(machine.streamLogs(id, { tail: 100, follow: false }))
      // The engine copies the two streams side by side, and either may be the last.
      return ['oops', 'last'].every((line) => seen.some(({ text }) => text === line)) ? seen : undefined
    })
    assert.deepEqual(
      lines.filter(({ stream }) => stream === 'stderr').map(({ text }) => text),
      ['oops'],
    )
    const written = lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text)
    assert.deepEqual(written, ['one', 'x'.repeat(40_000), 'last'])
    const tail = await Array.fromAsync(machine.streamLogs(id, { tail: 1, follow: false }))
    assert.deepEqual(
      tail.map(({ text }) => text),
      lines.slice(-1).map(({ text }) => text),
    )
    await engine.removeService('logged')
  })

  test('follows a log until the instance ends, or until nobody reads any more', async () => {
    await engine.createService(service('followed', 'while true; do echo tick; sleep 0.1; done'))
    const { id } = await instanceIn('followed', 'running')
    const seen: string[] = []
    for await (const { text } of machine.streamLogs(id, { tail: 0, follow: true })) {
      seen.push(text)
      if (seen.length === 3) break
    }
    assert.deepEqual(seen, ['tick', 'tick', 'tick'])
    const stop = new AbortController()
    const aborted = Array.fromAsync(machine.streamLogs(id, { tail: 0, follow: true, signal: stop.signal }))
    setTimeout(() => stop.abort(new Error('no longer wanted')), 300)
    await assert.rejects(aborted, /no longer wanted/)
    const followed = Array.fromAsync(machine.streamLogs(id, { tail: 0, follow: true }))
    await engine.removeService('followed')
    assert.ok((await followed).length > 0)
    await assert.rejects(Array.fromAsync(machine.streamLogs('nobody', { tail: 1, follow: false })), {
      code: 'instance_not_found',
    })
  })

  test('pulls an image once, and says what is wrong with one that cannot be pulled', async () => {
    await machine.pullImage(world.runnableImage)
    const said: string[] = []
    await machine.pullImage(world.runnableImage, { onProgress: (words) => said.push(words) })
    assert.deepEqual(said, [], 'it was here already')
    await assert.rejects(machine.pullImage(world.missingImage), { code: 'image_not_found' })
    await assert.rejects(machine.pullImage('127.0.0.1:1/nobody:1'), { code: 'registry_unreachable' })
  })

  test('publishing an image leaves no name behind, and keeps the one that it came with', async () => {
    await engine.resolveImage({ image: world.localImage, publishTo: world.publishTo })
    const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])
    assert.ok(tags.includes(world.localImage))
    assert.ok(!tags.some((tag) => tag.startsWith(`${world.publishTo}:`)))
  })

  const edge = {
    name: 'berth-edge',
    image: edgeImage,
    command: ['nginx', '-g', 'daemon off;'],
    network: 'berth-edge',
    ports: [
      { containerPort: 80, hostPort: 8080 },
      { containerPort: 80, hostPort: 8081, hostAddress: '127.0.0.1' },
    ],
    volumes: [{ name: 'berth-edge', path: '/edge' }],
  }

  test('keeps the edge as it is asked for', async () => {
    await machine.ensureBridgeNetwork('berth-edge')
    await machine.ensureBridgeNetwork('berth-edge')
    assert.match((await machine.networkGateway('berth-edge')) ?? '', /^\d+\.\d+\.\d+\.\d+$/)
    assert.equal(await machine.networkGateway('no-such'), undefined)
    assert.equal(await machine.inspectContainer(edge.name), undefined)
    assert.equal(await machine.ensureContainer(edge), true)
    assert.equal(await machine.ensureContainer(edge), false, 'nothing to change')
    const first = await machine.inspectContainer(edge.name)
    assert.equal(first?.isRunning, true)
    assert.equal(await machine.ensureContainer({ ...edge, env: { NEW: '1' } }), true, 'made anew')
    assert.notEqual((await machine.inspectContainer(edge.name))?.id, first?.id)
  })

  test('runs commands in the edge and sends it signals', async () => {
    const ended = await machine.execInContainer(edge.name, ['sh', '-c', 'echo out; echo err >&2; exit 5'])
    assert.equal(ended.exitCode, 5)
    assert.deepEqual(ended.output.split('\n').sort(), ['', 'err', 'out'])
    await machine.signalContainer(edge.name, 'SIGHUP')
    assert.equal((await machine.inspectContainer(edge.name))?.isRunning, true)
  })

  test('the edge joins the network of a project while it runs, and finds every instance by name', async () => {
    await machine.connectNetwork(edge.name, network)
    await machine.connectNetwork(edge.name, network)
    assert.deepEqual((await machine.listContainerNetworks(edge.name)).sort(), ['berth-edge', network])
    await engine.createService({ ...service('shop-web-r9'), replicas: 2 })
    const addresses = await eventually('both are in DNS', async () => {
      const { output } = await machine.execInContainer(edge.name, ['getent', 'ahostsv4', 'shop-web-r9'])
      const found = new Set(output.split('\n').flatMap((line) => line.split(/\s/)[0] || []))
      return found.size === 2 ? found : undefined
    })
    assert.equal(addresses.size, 2)
    await machine.disconnectNetwork(edge.name, network)
    await machine.disconnectNetwork(edge.name, network)
    assert.deepEqual(await machine.listContainerNetworks(edge.name), ['berth-edge'])
    await engine.removeService('shop-web-r9')
  })

  test('no container but an edge is touched', async () => {
    const forbidden = { code: 'forbidden' }
    await assert.rejects(machine.removeContainer('suite-registry'), forbidden)
    await assert.rejects(machine.execInContainer('suite-registry', ['true']), forbidden)
    await assert.rejects(machine.ensureContainer({ ...edge, name: 'suite-registry' }), forbidden)
  })

  test('an edge can be removed twice', async () => {
    await machine.removeContainer(edge.name)
    await machine.removeContainer(edge.name)
    assert.equal(await machine.inspectContainer(edge.name), undefined)
  })
})
