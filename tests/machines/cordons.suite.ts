import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Client, cordonMachine, type Instance, listMachines } from '@berth/contract'
import { startMachine, stopMachine } from '../../packages/installer/src/machines/container-commands.ts'
import type { MachineContext } from '../../packages/installer/src/machines/machine-context.ts'
import { type Platform, until } from '../e2e/platform.ts'

type Cluster = { platform: Platform; client: Client; context: MachineContext }

/** What a machine still does while it takes no instances: its edge serves, and the server comes back to it. */
export const cordonsSuite = (given: () => Cluster, worker: string) =>
  describe('a machine that takes no instances', () => {
    const find = async (name: string) => {
      const found = (await given().client.call(listMachines, {})).find((machine) => machine.name === name)
      return found ?? assert.fail(`no machine ${name}`)
    }
    const succeed = async (...argv: string[]) => {
      const { code, stdout, stderr } = await given().platform.berth(...argv)
      assert.equal(code, 0, `${argv.join(' ')}: ${stdout}${stderr}`)
      return stdout
    }
    const answers = async (name: string, app: string) => {
      const { address } = await find(name)
      await until(
        `the edge of ${name} answers for ${app}`,
        async () => (await given().platform.getFrom(address, `${app}.localhost`)).status,
        (status) => status === 200,
        30_000,
      )
    }

    test('cordoned, it serves an app of a new project and gets none of its instances', async () => {
      await succeed('machines', 'cordon', worker)
      await succeed('projects', 'create', 'fresh')
      const deploy = ['deploy', '--image', 'test-app:1', '--port', '8080', '--replicas', '4']
      await succeed(...deploy, '--project', 'fresh', '--name', 'fresh')
      await answers(worker, 'fresh')
      assert.equal((await find(worker)).availability, 'cordoned')
      const instances: Instance[] = JSON.parse(await succeed('ps', 'fresh', '--json'))
      assert.ok(instances.length > 0 && instances.every(({ machine }) => machine !== worker))
      await succeed('machines', 'uncordon', worker)
    })

    test('drained, its edge serves again after the machine was started anew', async () => {
      await succeed('machines', 'drain', worker)
      await stopMachine(worker, { force: true }, given().context)
      await startMachine(worker, given().context)
      await answers(worker, 'fresh')
      assert.equal((await find(worker)).availability, 'drained')
      await succeed('machines', 'activate', worker)
    })

    test('where it is the only one that can run the server, a server that is killed comes back to it', async () => {
      const { platform, client } = given()
      const cordon = (isCordoned: boolean) =>
        client.call(cordonMachine, { params: { machine: 'machine1' }, body: { isCordoned } })
      await cordon(true)
      const filters = { label: ['berth.role=server'], status: ['running'] }
      const servers = () => platform.machine.docker.listContainers({ filters })
      const [before] = await servers()
      assert.ok(before)
      await platform.machine.docker.getContainer(before.Id).kill()
      await until('another server runs', servers, ([now]) => now !== undefined && now.Id !== before.Id)
      const machine = await until(
        'it answers',
        () => find('machine1'),
        ({ state }) => state === 'ready',
      )
      assert.equal(machine.availability, 'cordoned')
      await cordon(false)
      assert.equal((await find('machine1')).availability, 'active')
      await succeed('rm', 'fresh', '--yes')
    })
  })
