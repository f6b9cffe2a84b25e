import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PlatformError } from '@berth/contract'
import type { ClusterState, DesiredService, Engine, ObservedInstance } from './engine.ts'
import { aService } from './fake/a-service.ts'

/** What a test of an engine needs beside the engine itself. */
export type EngineWorld = {
  engine: Engine
  /** Pinned by digest; has a shell, and runs until it is stopped when it is told nothing. */
  runnableImage: string
  /** Pinned by digest, and no registry has it. */
  missingImage: string
  /** A name that a registry of this world has. */
  publishedImage: string
  /** A name that only the manager's own engine has. */
  localImage: string
  /** A repository of Berth's own registry. */
  publishTo: string
  addForeignService(name: string): Promise<void>
  hasForeignService(name: string): Promise<boolean>
  close(): Promise<void>
}

const network = 'berth-project-suite'
const pollMs = 50

/** The behaviour that every Engine has: the fake, the one that is far away, and the real one. */
export function describeEngine(name: string, open: () => Promise<EngineWorld>, { timeoutMs = 5_000 } = {}) {
  describe(name, () => {
    let world: EngineWorld
    const service = (change: Partial<DesiredService> = {}) =>
      aService({ network, image: world.runnableImage, ...change })
    const instancesIn = ({ instances }: ClusterState, serviceName: string) =>
      instances.filter((instance) => instance.serviceName === serviceName)
    const isRunning = ({ state, isWanted }: ObservedInstance) => state === 'running' && isWanted

    async function eventually(what: string, isTrue: (state: ClusterState) => boolean): Promise<ClusterState> {
      const deadline = Date.now() + timeoutMs
      for (;;) {
        const state = await world.engine.observe()
        if (isTrue(state)) return state
        if (Date.now() > deadline) assert.fail(`never: ${what}; last seen:\n${describeInstances(state)}`)
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    }
    const countRunning = (state: ClusterState, serviceName: string) =>
      instancesIn(state, serviceName).filter(isRunning).length

    before(async () => {
      world = await open()
      await world.engine.ensureNetwork(network)
    })
    after(() => world?.close())

    test('a service that was created runs, and is observed as it was asked for', async () => {
      await world.engine.createService(service({ name: 'one', replicas: 2, env: { GREETING: 'a = "b" c' } }))
      const state = await eventually('two instances run', (seen) => countRunning(seen, 'one') === 2)
      const found = state.services.find((each) => each.name === 'one')
      assert.equal(found?.replicas, 2)
      assert.equal(found?.deploymentId, 'deployment-1')
      const machines = new Set(state.machines.map(({ id }) => id))
      const instances = instancesIn(state, 'one')
      assert.ok(instances.every(({ machineId }) => machines.has(machineId ?? '')))
      assert.deepEqual(instances.map(({ slot }) => slot).sort(), [1, 2])
      assert.equal(instances[0]?.image, world.runnableImage)
      await world.engine.removeService('one')
    })

    test('creating it again leaves it as it is', async () => {
      await world.engine.createService(service({ name: 'again' }))
      await world.engine.createService(service({ name: 'again', replicas: 5 }))
      const { services } = await world.engine.observe()
      assert.deepEqual(
        services.filter((each) => each.name === 'again').map(({ replicas }) => replicas),
        [1],
      )
      await world.engine.removeService('again')
    })

    test('a name that another app has is a conflict', async () => {
      await world.engine.createService(service({ name: 'taken' }))
      await assert.rejects(world.engine.createService(service({ name: 'taken', app: 'thief' })), { code: 'conflict' })
      await world.engine.removeService('taken')
    })

    test('scaling keeps the instances that there are', async () => {
      await world.engine.createService(service({ name: 'scaled' }))
      const first = await eventually('one runs', (state) => countRunning(state, 'scaled') === 1)
      const [kept] = instancesIn(first, 'scaled')
      const { specHash, version } = versionOf(first, 'scaled')
      await world.engine.updateService(service({ name: 'scaled', replicas: 3 }), version)
      const scaled = await eventually('three run', (state) => countRunning(state, 'scaled') === 3)
      assert.ok(instancesIn(scaled, 'scaled').some(({ id, isWanted }) => id === kept?.id && isWanted))
      assert.equal(versionOf(scaled, 'scaled').specHash, specHash)
      await world.engine.updateService(
        service({ name: 'scaled', replicas: 1 }),
        versionOf(await world.engine.observe(), 'scaled').version,
      )
      await eventually('one is left', (state) => countRunning(state, 'scaled') === 1)
      await world.engine.removeService('scaled')
    })

    test('an update from a version that is no longer true is a conflict and changes nothing', async () => {
      await world.engine.createService(service({ name: 'raced' }))
      const { version } = versionOf(await world.engine.observe(), 'raced')
      await world.engine.updateService(service({ name: 'raced', replicas: 2 }), version)
      await assert.rejects(world.engine.updateService(service({ name: 'raced', replicas: 9 }), version), {
        code: 'conflict',
      })
      assert.equal(versionOf(await world.engine.observe(), 'raced').replicas, 2)
      await world.engine.removeService('raced')
    })

    test('an update of a service that is gone is a conflict', async () => {
      await assert.rejects(world.engine.updateService(service({ name: 'gone' }), 1), { code: 'conflict' })
    })

    test('a changed spec replaces the instances', async () => {
      await world.engine.createService(service({ name: 'changed' }))
      const before = await eventually('it runs', (state) => countRunning(state, 'changed') === 1)
      const [old] = instancesIn(before, 'changed')
      await world.engine.updateService(
        service({ name: 'changed', env: { NEW: '1' } }),
        versionOf(before, 'changed').version,
      )
      const later = await eventually('another one runs', (state) =>
        instancesIn(state, 'changed').some((each) => isRunning(each) && each.id !== old?.id),
      )
      assert.notEqual(versionOf(later, 'changed').specHash, versionOf(before, 'changed').specHash)
      await world.engine.removeService('changed')
    })

    test('a removed service is gone with its instances, and can be removed again', async () => {
      await world.engine.createService(service({ name: 'removed' }))
      await eventually('it runs', (state) => countRunning(state, 'removed') === 1)
      await world.engine.removeService('removed')
      const state = await eventually('nothing of it is left', (seen) =>
        instancesIn(seen, 'removed').every((each) => each.state === 'complete' || each.state === 'failed'),
      )
      assert.ok(!state.services.some((each) => each.name === 'removed'))
      await world.engine.removeService('removed')
    })

    test('an instance that ends shows its exit code and gets a successor in its place', async () => {
      await world.engine.createService(service({ name: 'crashing', command: ['sh', '-c', 'exit 3'] }))
      const state = await eventually('it was started twice', (seen) => {
        const ended = instancesIn(seen, 'crashing').filter((each) => each.state === 'failed')
        return ended.length >= 1 && instancesIn(seen, 'crashing').length >= 2
      })
      const failed = instancesIn(state, 'crashing').find((each) => each.state === 'failed')
      assert.equal(failed?.exitCode, 3)
      assert.equal(failed?.isWanted, false)
      assert.match(failed?.message ?? '', /non-zero exit \(3\)/)
      assert.deepEqual([...new Set(instancesIn(state, 'crashing').map(({ slot }) => slot))], [1])
      await world.engine.removeService('crashing')
    })

    test('an image that nobody has fails its instances with the reason', async () => {
      await world.engine.createService(service({ name: 'imageless', image: world.missingImage }))
      const state = await eventually('it failed', (seen) =>
        instancesIn(seen, 'imageless').some((each) => each.state === 'failed'),
      )
      const failed = instancesIn(state, 'imageless').find((each) => each.state === 'failed')
      assert.match(failed?.message ?? '', /no such image/i)
      assert.equal(failed?.exitCode, null)
      await world.engine.removeService('imageless')
    })

    test('a reservation that fits nowhere leaves the instance pending and says so', async () => {
      const resources = { reservedMemoryBytes: 2 ** 50 }
      await world.engine.createService(service({ name: 'huge', resources }))
      const state = await eventually('the engine says why', (seen) =>
        instancesIn(seen, 'huge').some(({ message }) => message !== null),
      )
      const [instance] = instancesIn(state, 'huge')
      assert.equal(instance?.state, 'pending')
      assert.equal(instance?.machineId, null)
      assert.match(instance?.message ?? '', /no suitable node \(insufficient resources/)
      await world.engine.removeService('huge')
    })

    test('labels that no machine has leave the instance pending, until one has them', async () => {
      const placement = { on: { disk: 'ssd' }, spread: 'zone' }
      await world.engine.createService(service({ name: 'labelled', placement }))
      const state = await eventually('the engine says why', (seen) =>
        instancesIn(seen, 'labelled').some(({ message }) => message !== null),
      )
      const [instance] = instancesIn(state, 'labelled')
      assert.equal(instance?.state, 'pending')
      assert.match(instance?.message ?? '', /no suitable node \(scheduling constraints not satisfied on 1 node\)/)
      await labelMachine(world.engine, { disk: 'ssd' })
      await eventually('it runs', (seen) => countRunning(seen, 'labelled') === 1)
      await world.engine.removeService('labelled')
    })

    test('reservations of running instances are counted by machine', async () => {
      const total = ({ reserved }: ClusterState) =>
        Object.values(reserved).reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
      const before = total(await world.engine.observe())
      const resources = { reservedMemoryBytes: 64 * 1024 ** 2, memoryBytes: 64 * 1024 ** 2 }
      await world.engine.createService(service({ name: 'reserving', replicas: 2, resources }))
      const state = await eventually('both run', (seen) => countRunning(seen, 'reserving') === 2)
      assert.equal(total(state) - before, 2 * 64 * 1024 ** 2)
      await world.engine.removeService('reserving')
    })

    test('what is not ours is neither listed nor touched', async () => {
      await world.addForeignService('foreign')
      const state = await world.engine.observe()
      assert.ok(!state.services.some((each) => each.name === 'foreign'))
      assert.ok(!state.instances.some((each) => each.serviceName === 'foreign'))
      const conflict = { code: 'conflict' }
      await assert.rejects(world.engine.createService(service({ name: 'foreign' })), conflict)
      await assert.rejects(world.engine.updateService(service({ name: 'foreign' }), 1), conflict)
      await assert.rejects(world.engine.removeService('foreign'), conflict)
      assert.ok(await world.hasForeignService('foreign'))
    })

    test('a network can be asked for twice, and is left alone while it is in use', async () => {
      await world.engine.ensureNetwork('berth-project-other')
      await world.engine.ensureNetwork('berth-project-other')
      await world.engine.createService(service({ name: 'networked', network: 'berth-project-other' }))
      await eventually('it runs', (state) => countRunning(state, 'networked') === 1)
      await world.engine.removeNetwork('berth-project-other')
      assert.equal(countRunning(await world.engine.observe(), 'networked'), 1)
      await world.engine.removeService('networked')
      await eventually('it is gone', (state) =>
        instancesIn(state, 'networked').every((each) => each.state === 'complete' || each.state === 'failed'),
      )
      await world.engine.removeNetwork('berth-project-other')
      await world.engine.removeNetwork('berth-project-other')
    })

    test('an image of a registry is pinned to its digest', async () => {
      const request = { image: world.publishedImage, publishTo: world.publishTo }
      const resolved = await world.engine.resolveImage(request)
      assert.equal(resolved.source, 'registry')
      assert.match(resolved.image, /@sha256:[0-9a-f]{64}$/)
      const again = await world.engine.resolveImage({ ...request, image: resolved.image })
      assert.deepEqual(again, resolved)
    })

    test('an image that only this engine has is published, and any machine can run it', async () => {
      const said: string[] = []
      const resolved = await world.engine.resolveImage(
        { image: world.localImage, publishTo: world.publishTo },
        { onProgress: (progress) => said.push(progress) },
      )
      assert.equal(resolved.source, 'machine')
      assert.ok(resolved.image.startsWith(`${world.publishTo}@sha256:`))
      assert.ok(said.some((words) => words.startsWith('publishing')))
      await world.engine.createService(service({ name: 'published', image: resolved.image }))
      await eventually('it runs', (state) => countRunning(state, 'published') === 1)
      await world.engine.removeService('published')
    })

    test('looking at an image finds what a deployment would find, and publishes nothing', async () => {
      const { engine, publishedImage, localImage, publishTo } = world
      const resolved = await engine.resolveImage({ image: publishedImage, publishTo })
      const published = await engine.inspectImage(publishedImage)
      assert.deepEqual([published.name, published.source], [publishedImage, 'registry'])
      assert.ok(published.digest && resolved.image.endsWith(published.digest))
      const local = await engine.inspectImage(localImage)
      assert.deepEqual([local.source, local.digest], ['machine', null])
      await assert.rejects(engine.inspectImage(`${publishTo}:no-such-tag`), { code: 'image_not_found' })
      await assert.rejects(engine.inspectImage('Not An Image'), { code: 'image_invalid' })
    })

    test('an image that nobody has is not found, and a name that is none is invalid', async () => {
      const { publishTo } = world
      await assert.rejects(world.engine.resolveImage({ image: `${publishTo}:no-such-tag`, publishTo }), {
        code: 'image_not_found',
      })
      await assert.rejects(world.engine.resolveImage({ image: 'Not An Image', publishTo }), { code: 'image_invalid' })
    })

    const oneMachine = async () => {
      const [machine] = (await world.engine.observe()).machines
      assert.ok(machine)
      return machine
    }

    test('a machine is cordoned on behalf of someone, takes nothing new and keeps what it runs', async () => {
      const { engine } = world
      await engine.createService(service({ name: 'staying' }))
      await eventually('it runs', (state) => countRunning(state, 'staying') === 1)
      const { id, version } = await oneMachine()
      await engine.setMachineAvailability(id, { availability: 'pause', cordonLabel: 'pressure' }, version)
      const cordoned = await oneMachine()
      assert.deepEqual(
        [cordoned.availability, cordoned.cordonLabel, cordoned.isSchedulable],
        ['pause', 'pressure', false],
      )
      assert.equal(countRunning(await engine.observe(), 'staying'), 1)
      await engine.setMachineAvailability(id, { availability: 'active', cordonLabel: null }, cordoned.version)
      const active = await oneMachine()
      assert.deepEqual([active.availability, active.cordonLabel], ['active', null])
      await engine.removeService('staying')
    })

    test('a cordoned machine is opened for a moment, is never seen as active, and is cordoned again', async () => {
      const { engine } = world
      const { id, version } = await oneMachine()
      await engine.setMachineAvailability(id, { availability: 'pause', cordonLabel: 'person' }, version)
      const close = new AbortController()
      const open = engine.openMachine(id, 60_000, close.signal)
      await eventually('it is open', ({ machines }) => machines[0]?.isOpened === true)
      const opened = await oneMachine()
      assert.deepEqual([opened.availability, opened.cordonLabel, opened.isSchedulable], ['pause', 'person', false])
      await engine.createService(service({ name: 'waiting' }))
      await eventually('what waited is placed', (state) => countRunning(state, 'waiting') === 1)
      close.abort()
      await assert.rejects(open, { name: 'AbortError' })
      const { availability, cordonLabel, isOpened } = await eventually(
        'it is closed',
        ({ machines }) => machines[0]?.isOpened === false,
      ).then(oneMachine)
      assert.deepEqual([availability, cordonLabel, isOpened], ['pause', 'person', false])
      await engine.removeService('waiting')
    })

    test('a person who uncordons a machine while it is open has the last word', async () => {
      const { engine } = world
      const open = engine.openMachine((await oneMachine()).id, 500)
      await eventually('it is open', ({ machines }) => machines[0]?.isOpened === true)
      const { id, version } = await oneMachine()
      await engine.setMachineAvailability(id, { availability: 'active', cordonLabel: null }, version)
      await open
      await engine.closeMachine(id)
      const { availability, cordonLabel, isOpened } = await oneMachine()
      assert.deepEqual([availability, cordonLabel, isOpened], ['active', null, false])
      await assert.rejects(engine.openMachine(id, 1), { code: 'conflict' })
    })

    test('labels of a machine are replaced as a whole, and leave its cordon alone', async () => {
      const { engine } = world
      const { id, version } = await oneMachine()
      await engine.setMachineAvailability(id, { availability: 'pause', cordonLabel: 'person' }, version)
      await engine.setMachineLabels(id, { disk: 'ssd', zone: 'a' }, (await oneMachine()).version)
      await engine.setMachineLabels(id, { zone: 'b' }, (await oneMachine()).version)
      const { labels, cordonLabel } = await oneMachine()
      assert.deepEqual([labels, cordonLabel], [{ zone: 'b' }, 'person'])
      await engine.setMachineLabels(id, {}, (await oneMachine()).version)
      const wanted = { availability: 'active', cordonLabel: null } as const
      await engine.setMachineAvailability(id, wanted, (await oneMachine()).version)
    })

    test('a machine that was changed in between is a conflict, and one that is not there is not found', async () => {
      const { engine } = world
      const { id, version } = await oneMachine()
      await engine.setMachineLabels(id, { zone: 'a' }, version)
      const conflict = { code: 'conflict' }
      await assert.rejects(engine.setMachineLabels(id, { zone: 'b' }, version), conflict)
      const wanted = { availability: 'pause', cordonLabel: 'person' } as const
      await assert.rejects(engine.setMachineAvailability(id, wanted, version), conflict)
      // Not as a worker: that is refused of the only manager before anybody looks at the version.
      await assert.rejects(engine.setMachineRole(id, 'manager', version), conflict)
      assert.deepEqual((await oneMachine()).labels, { zone: 'a' })
      await engine.setMachineLabels(id, {}, (await oneMachine()).version)
      await assert.rejects(engine.setMachineRole('nobody', 'worker', 1), { code: 'machine_not_found' })
      await engine.removeMachine('nobody')
    })

    test('the only manager stays one', async () => {
      const { id } = await oneMachine()
      await assert.rejects(world.engine.removeMachine(id, { force: true }), { code: 'engine_failed' })
      assert.equal((await oneMachine()).role, 'manager')
    })

    test('join tokens are those of this cluster, and renewed ones are others', async () => {
      const before = await world.engine.joinTokens()
      assert.ok(before.managerAddresses.every((address) => /:2377$/.test(address)))
      assert.equal(before.managerAddresses.length, 1)
      await world.engine.rotateJoinTokens()
      const after = await world.engine.joinTokens()
      assert.equal(new Set([before.worker, before.manager, after.worker, after.manager]).size, 4)
    })

    test('the heartbeat can be set, again and again', async () => {
      for (const heartbeatMs of [1_000, 1_000, 15_000]) await world.engine.setHeartbeat(heartbeatMs)
    })

    test('a call that was aborted does nothing', async () => {
      const signal = AbortSignal.abort(new Error('no longer wanted'))
      await assert.rejects(world.engine.createService(service({ name: 'aborted' }), signal), /no longer wanted/)
      assert.ok(!(await world.engine.observe()).services.some((each) => each.name === 'aborted'))
    })
  })
}

const describeInstances = ({ instances }: ClusterState) =>
  instances
    .map(({ serviceName, slot, state, message }) => `${serviceName}.${slot} ${state} ${message ?? ''}`)
    .join('\n')

function versionOf({ services }: ClusterState, serviceName: string) {
  const found = services.find(({ name }) => name === serviceName)
  assert.ok(found, `no service ${serviceName}`)
  return found
}

/** The engine notes things of its machines itself, and then the version that was seen is not the newest. */
async function labelMachine(engine: Engine, labels: Record<string, string>): Promise<void> {
  for (;;) {
    const [machine] = (await engine.observe()).machines
    try {
      return await engine.setMachineLabels(machine?.id ?? '', labels, machine?.version ?? 0)
    } catch (error) {
      if (!(error instanceof PlatformError && error.code === 'conflict')) throw error
    }
  }
}
