import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Client, type Instance, listInstances, listMachines } from '@berth/contract'
import { type Platform, until } from '../e2e/platform.ts'
import { calmly, type LoadResult, startLoad } from '../load.ts'
import type { Machine } from '../machine.ts'
import { justStarted, noAnswer, startVisits } from './visits.ts'

export type Cluster = { platform: Platform; client: Client; machineNamed(name: string): Promise<Machine> }

const app = 'shop'
const replicas = 6
/** Of one round of load: each can have one request in flight on the machine that is lost. */
const workers = { keepAliveWorkers: 4, newConnectionWorkers: 2 }

/** As the agent does it when the server asks for it, which waits for a rare mistake of the engine's. */
const registerAnew = `import('/berth/packages/agent/src/registration/register-anew.ts').then(
  async ({ registerAnew }) => console.log((await registerAnew(AbortSignal.timeout(10_000))).cut))`

/** What happens to visitors and instances when machines of a cluster of four fail, the manager among them. */
export const faultsSuite = (given: () => Cluster) =>
  describe('a cluster that loses machines', () => {
    let platform: Platform
    let client: Client
    before(async () => {
      ;({ platform, client } = given())
      const scaled = await platform.berth('scale', app, String(replicas))
      assert.equal(scaled.code, 0, scaled.stderr)
      await settled()
    })

    const instances = () => client.call(listInstances, { params: { app } })
    const running = async () => (await instances()).filter(({ state }) => state === 'running')
    const machinesOf = (found: readonly Instance[]) => found.map(({ machine }) => machine)
    const settled = (without?: string) =>
      until(
        `${replicas} instances run${without ? `, none on ${without}` : ''}`,
        running,
        (found) => found.length === replicas && !(without && machinesOf(found).includes(without)),
        90_000,
      )
    const ready = (name: string) =>
      until(
        `${name} is ready`,
        async () => (await client.call(listMachines, {})).find((machine) => machine.name === name)?.state,
        (state) => state === 'ready',
        90_000,
      )
    const serves = (address: string) =>
      until(
        `${address} answers for the app`,
        async () => (await platform.getFrom(address, `${app}.localhost`)).status,
        (status) => status === 200,
        90_000,
      )
    async function addressOf(name: string): Promise<string> {
      const found = (await client.call(listMachines, {})).find((machine) => machine.name === name)
      return found?.address ?? assert.fail(`no machine ${name}`)
    }
    const loadOn = (address: string) =>
      startLoad({ ...calmly, ...workers, address, port: 80, host: `${app}.localhost`, maxMs: 180_000 })

    /** So that each machine has something to lose. */
    const spread = () =>
      until(
        'each machine has an instance',
        async () => {
          const { stdout, stderr } = await platform.berth('machines', 'rebalance', '--yes')
          const machines = await client.call(listMachines, {})
          const held = new Set(machinesOf(await running()))
          return {
            held: [...held],
            machines: machines.map(({ name, availability }) => [name, availability]),
            stdout,
            stderr,
          }
        },
        ({ held }) => held.length === 4,
        90_000,
      )

    /** Only what was in flight on it may have been lost, and GETs are sent again. */
    function assertFewLost({ requests, failures }: LoadResult, what: string) {
      assert.ok(requests > 100, `${what}: only ${requests} requests`)
      const most = workers.keepAliveWorkers + workers.newConnectionWorkers
      assert.ok(
        failures.length <= most,
        `${what}: ${failures.length} of ${requests} lost: ${failures.slice(0, 5).join('; ')}`,
      )
    }

    /** Back, with nothing that runs twice, and right before visitors are let in. */
    async function assertBack(name: string) {
      await ready(name)
      await serves(await addressOf(name))
      await settled()
      const machine = await given().machineNamed(name)
      const known = new Set((await instances()).map(({ id }) => id))
      await until(
        `nothing of ${app} runs on ${name} that the cluster does not know`,
        async () => {
          const filters = { label: [`berth.app=${app}`], status: ['running'] }
          const containers = await machine.docker.listContainers({ filters })
          return containers.filter(({ Labels }) => !known.has(Labels['com.docker.swarm.task.id'] ?? ''))
        },
        (ghosts) => ghosts.length === 0,
      )
    }

    /** Its own visitors come from the first moment on; an answer of before is one too many. */
    async function assertRight(name: string, version: string, heal: () => Promise<void>) {
      const visits = startVisits(platform, await addressOf(name), `${app}.localhost`)
      await heal()
      const healedMs = performance.now()
      await until(
        `${name} answers of ${version}`,
        async () => visits.seen(version),
        (seen) => seen > 50,
        90_000,
      ).catch((error) => console.error(error)) // What was answered instead says more.
      const answers = await visits.stop()
      const rightMs = performance.now() - healedMs
      console.log(`${name} is right ${Math.round(rightMs)} ms after it came back`, Object.fromEntries(answers))
      assert.deepEqual(
        [...answers.keys()].filter((said) => ![version, justStarted, noAnswer].includes(said)),
        [],
      )
      assert.ok((answers.get(version) ?? 0) > 50)
    }

    for (const [what, awayMs, fail, heal, version] of [
      ['is killed', 0, (machine: Machine) => machine.kill(), (machine: Machine) => machine.start(), 'v2'],
      [
        'freezes for 40 s',
        35_000,
        (machine: Machine) => machine.pause(),
        (machine: Machine) => machine.unpause(),
        'v3',
      ],
      [
        'is cut off the network',
        0,
        (machine: Machine) => machine.disconnect(),
        (machine: Machine) => machine.connect(),
        'v4',
      ],
      [
        'is cut off again',
        0,
        (machine: Machine) => machine.disconnect(),
        (machine: Machine) => machine.connect(),
        null,
      ],
    ] as const) {
      test(`a worker that ${what}: visitors lose at most what was in flight there, its instances run elsewhere, and it comes back${version ? ', with the release of meanwhile' : ''}`, async () => {
        const machine = await given().machineNamed('machine3')
        await spread()
        const loads = [loadOn(platform.machine.address), loadOn(await addressOf('machine2'))]
        await Promise.all(loads.map((load) => load.flows()))
        await fail(machine)
        await settled('machine3')
        for (const load of loads) assertFewLost(await load.stop(), what)
        const awaySince = performance.now()
        if (version) {
          const deployed = await platform.berth('deploy', '--name', app, '--env', `VERSION=${version}`)
          assert.equal(deployed.code, 0, deployed.stdout + deployed.stderr)
        }
        await delay(Math.max(0, awaySince + awayMs - performance.now()))
        if (version) await assertRight('machine3', version, () => heal(machine))
        else await heal(machine)
        await assertBack('machine3')
      })
    }

    test('a machine is drained without a failed request, also when two people ask at once, and takes instances again', async () => {
      await spread()
      const loads = [loadOn(platform.machine.address), loadOn(await addressOf('machine3'))]
      const asked = await Promise.all([1, 2].map(() => platform.berth('machines', 'drain', 'machine2')))
      for (const { code, stdout, stderr } of asked) assert.equal(code, 0, stdout + stderr)
      await settled('machine2')
      for (const load of loads) assert.deepEqual((await load.stop()).failures, [])
      const activated = await platform.berth('machines', 'activate', 'machine2')
      assert.equal(activated.code, 0, activated.stderr)
      await ready('machine2')
    })

    test('an engine introduces itself to the manager anew, and neither visitors nor what runs there notice', async () => {
      await spread()
      const before = (await running()).map(({ id }) => id).sort()
      const load = loadOn(await addressOf('machine2'))
      await load.flows()
      const machine = await given().machineNamed('machine3')
      const { exitCode, output } = await machine.exec(['docker', 'exec', 'berth-agent', 'node', '--eval', registerAnew])
      assert.equal(exitCode, 0, output)
      assert.ok(Number(output) > 0, `${output} connections were cut`)
      await load.flows(500)
      await ready('machine3')
      assert.deepEqual((await running()).map(({ id }) => id).sort(), before)
      assert.deepEqual((await load.stop()).failures, [])
    })

    test('the only manager is killed: its workers go on serving, and it takes them up again', async () => {
      const worker = await addressOf('machine2')
      const load = loadOn(worker)
      await load.flows()
      await platform.machine.kill()
      await load.flows(500)
      assertFewLost(await load.stop(), 'the manager is killed')
      await platform.machine.start()
      for (const name of ['machine1', 'machine2', 'machine3', 'machine4']) await ready(name)
      await settled()
      await serves(platform.machine.address)
    })

    test('one of three managers is killed: nothing stops, neither visitors nor changes, and it comes back', async () => {
      for (const name of ['machine2', 'machine4']) await role('promote', name)
      await spread()
      const load = loadOn(await addressOf('machine3'))
      await load.flows()
      const lost = await given().machineNamed('machine2')
      await lost.kill()
      await settled('machine2')
      const scaled = await platform.berth('scale', app, String(replicas - 1))
      assert.equal(scaled.code, 0, scaled.stderr)
      assertFewLost(await load.stop(), 'a manager is killed')
      assert.equal((await platform.berth('scale', app, String(replicas))).code, 0)
      await lost.start()
      await assertBack('machine2')
      for (const name of ['machine2', 'machine4']) await role('demote', name)
    })

    async function role(change: 'promote' | 'demote', name: string) {
      const { code, stdout, stderr } = await platform.berth('machines', change, name, '--yes')
      assert.equal(code, 0, stdout + stderr)
    }
  })
