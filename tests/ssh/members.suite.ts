import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type Instance, listMachines, type PlatformError } from '@berth/contract'
import { plainSteps, type StepRunner } from '../../packages/installer/src/steps.ts'
import { until } from '../e2e/platform.ts'
import { calmly, startLoad } from '../load.ts'
import { filesOf, inventory, untilSshAnswers } from './looks.ts'
import { type RemoteCluster, typing } from './remote-cluster.ts'
import { startSshAgent } from './ssh-agent.ts'

/** From an addition to a removal that leaves the machine clean. */
export const membersSuite = (given: () => RemoteCluster) =>
  describe('a machine over SSH', () => {
    let filesBefore: string[]
    test('a bare machine gets an engine and becomes a manager that serves, by a user whose sudo wants a password', async () => {
      const { platform, client, bare, add, untilReady } = given()
      filesBefore = await filesOf(bare)
      const seen: string[] = []
      const step: StepRunner = (title, work) => {
        const look = async () => seen.push((await bare.exec(['ps', '-eo', 'args'])).output)
        return plainSteps((line) => void seen.push(line))(title, async (report) => {
          const outcome = await work({ ...report, progress: (words) => void seen.push(words) })
          await look()
          return outcome
        })
      }
      const asCleo = { target: `cleo@${bare.address}`, prompts: typing('wrong', 'of cleo') }
      const { name, address, changes } = (await add(bare, { ...asCleo, isManager: true, step })) ?? {}
      assert.deepEqual([name, address], ['bare', bare.address])
      assert.equal(changes?.includes('Start the engine'), true)
      assert.doesNotMatch(seen.join('\n'), /of cleo/)
      assert.notEqual((await bare.exec(['grep', '-r', 'of cleo', '/var/log', '/etc/hosts', '/tmp'])).exitCode, 0)
      await untilReady('bare')
      const { status } = await platform.getFrom(bare.address, 'berth.localhost', '/healthz')
      assert.equal(status, 200)
      const managers = (await client.call(listMachines, {})).filter(({ role }) => role === 'manager')
      assert.deepEqual(managers.map((machine) => machine.name).sort(), ['bare', 'first'])
    })

    test('a machine that became a manager keeps backups of the cluster', async () => {
      const { platform } = given()
      // Its agent gets a certificate as a manager, with which it comes back.
      const made = await until(
        'bare has a backup',
        async () => JSON.parse((await platform.berth('backups', 'create', '--json')).stdout),
        ({ backups }) => backups.some(({ machine }: { machine: string }) => machine === 'bare'),
      )
      assert.deepEqual(made.failures, [])
    })

    test('a machine that shows another key is sent nothing, and the line that knows it is named', async () => {
      const { bare, knownHosts, add } = given()
      const known = readFileSync(knownHosts, 'utf8')
      const line = known.split('\n').findIndex((it) => it.startsWith(`${bare.address} `)) + 1
      for (const argv of [
        ['find', '/etc/ssh', '-name', 'ssh_host_*', '-exec', 'mv', '{}', '/root', ';'],
        ['ssh-keygen', '-A'],
        ['pkill', '-HUP', '-o', '-x', 'sshd'],
      ]) {
        assert.equal((await bare.exec(argv)).exitCode, 0, argv.join(' '))
      }
      await untilSshAnswers(bare)
      await assert.rejects(add(bare), (error: PlatformError) => {
        assert.match(error.message, new RegExp(`has changed[\\s\\S]*line ${line} of ${knownHosts}`))
        assert.match(error.hint ?? '', /ssh-keygen -R/)
        return true
      })
      writeFileSync(
        knownHosts,
        known.replace(/^.*\n/gm, (it) => (it.startsWith(`${bare.address} `) ? '' : it)),
      )
    })

    test('a second run, by the keys of an SSH agent, changes nothing', async () => {
      const { bare, folder, keyFile, add } = given()
      const agent = await startSshAgent(folder)
      try {
        const byAgent = { identityFile: undefined, agentSocket: agent.socket, isManager: true }
        await assert.rejects(add(bare, byAgent), /did not let us in\. Tried: the keys of your SSH agent/)
        await agent.add(keyFile)
        assert.deepEqual((await add(bare, byAgent))?.changes, [])
      } finally {
        await agent.stop()
      }
    })

    test('a way that is closed between two others is told by their names, by who adds and by who asks later', async () => {
      const { platform, bare, shared, add } = given()
      const drop = ['-p', 'udp', '--dport', '4789', '-s', shared.address, '-j', 'DROP']
      assert.equal((await bare.exec(['iptables', '-I', 'INPUT', ...drop])).exitCode, 0)
      const closed = /shared cannot reach bare: udp 4789 \(the network between instances\) is closed/
      await assert.rejects(add(bare), closed)
      assert.equal((await bare.exec(['iptables', '-D', 'INPUT', ...drop])).exitCode, 0)
      const { code, stdout } = await platform.berth('machines', 'check', 'bare')
      assert.deepEqual([code, stdout], [0, '2 of 2 machines reach bare, and it them\n'])
    })

    test('a manager that is demoted and removed is drained without a failed request, and its host is left clean', async () => {
      const { platform, bare, remove, stateOf, untilReady } = given()
      const deployed = await platform.berth(
        ...['deploy', '--image', 'nginx:stable', '--port', '80', '--name', 'shop', '--replicas', '3'],
      )
      assert.equal(deployed.code, 0, deployed.stderr)
      assert.ok((await instancesOn('bare')).length > 0)
      const demoted = await platform.berth('machines', 'demote', 'bare', '--yes', '--json')
      assert.equal(JSON.parse(demoted.stdout).role, 'worker', demoted.stderr)
      await untilReady('bare')
      const load = startLoad({ ...calmly, address: platform.machine.address, port: 80, host: 'shop.localhost' })
      await load.flows()
      const kept = await remove('bare', { force: false, prompts: typing('of cleo') })
      const { failures, requests } = await load.stop()
      assert.deepEqual(failures, [], `of ${requests}`)
      assert.match(kept?.join() ?? '', /apt-get purge .*docker\.io/)
      assert.equal(await stateOf('bare'), undefined)
      assert.doesNotMatch(await inventory(bare), /berth|haproxy|nginx|^active$/m)
      assert.deepEqual(await filesOf(bare), filesBefore)
    })

    test('a machine that is removed is left clean, with what was there before', async () => {
      const { shared, remove, stateOf } = given()
      const kept = ['foreign', 'theirs'] as const
      await shared.exec(['docker', 'volume', 'create', kept[0]])
      await shared.exec(['docker', 'network', 'create', kept[1]])
      assert.deepEqual(await remove('shared', { force: true }), [])
      assert.equal(await stateOf('shared'), undefined)
      const left = await inventory(shared)
      assert.doesNotMatch(left, /berth|haproxy|^active$/m)
      for (const name of kept) assert.match(left, new RegExp(`^${name}$`, 'm'))
    })

    const instancesOn = async (machine: string): Promise<Instance[]> =>
      JSON.parse((await given().platform.berth('ps', 'shop', '--json')).stdout).filter(
        (it: Instance) => it.machine === machine,
      )
  })
