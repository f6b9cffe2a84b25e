import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Client, createClient, type Instance, listMachines, type PlatformError } from '@berth/contract'
import { readConfig } from '../packages/installer/src/config.ts'
import { clusterView } from '../packages/installer/src/machines/cluster-view.ts'
import { removeFromCluster } from '../packages/installer/src/machines/remove-machine.ts'
import { type AddOptions, findRemote, runAdd } from '../packages/installer/src/remote-machines/remote-commands.ts'
import { makeKey } from '../packages/installer/src/ssh/test-ssh-server.ts'
import { plainGroup, plainSteps, type StepRunner } from '../packages/installer/src/steps.ts'
import type { Prompts } from '../packages/installer/src/system/prompts.ts'
import { type Platform, startPlatform, until } from './e2e/platform.ts'
import { startLoad } from './load.ts'
import { testSite } from './machine.ts'
import { createSshMachine, type SshMachine } from './ssh-machine.ts'

const GiB = 1024 ** 3
const silent = () => undefined
const folder = mkdtempSync(join(tmpdir(), 'berth-ssh-'))
const keyFile = join(folder, 'id')
const lockedKeyFile = join(folder, 'locked')
const passphrase = 'open sesame'
const knownHosts = join(folder, 'known_hosts')
let platform: Platform
let client: Client
let common: { runId: string; publicKeys: string }
/** As it comes from a provider: Debian, an SSH server, a user who may use sudo. */
let bare: SshMachine
/** With an engine that was there before Berth. */
let shared: SshMachine
let filesBefore: string[]

before(async () => {
  const [keys, locked] = [makeKey(), makeKey({ passphrase })]
  writeFileSync(keyFile, keys.private, { mode: 0o600 })
  writeFileSync(lockedKeyFile, locked.private, { mode: 0o600 })
  platform = await startPlatform('first')
  client = createClient({ baseUrl: `http://${platform.machine.address}`, token: await platform.token() })
  common = { runId: platform.runId, publicKeys: `${keys.public}\n${locked.public}` }
  bare = await createSshMachine({ ...common, name: 'bare', hasEngine: false })
  shared = await createSshMachine({ ...common, name: 'shared', hasEngine: true })
})
after(async () => {
  await platform?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const config = (agentSocket?: string) => ({
  ...readConfig({ BERTH_DOCKER_SOCKET: platform.machine.socketPath, BERTH_STATE_DIR: join(folder, 'state') }),
  ssh: { dir: folder, agentSocket },
})

type Run = Partial<AddOptions> & {
  step?: StepRunner
  signal?: AbortSignal
  prompts?: Prompts
  agentSocket?: string
}

/** A person who types these, one after the other. */
const typing = (...words: string[]): Prompts => {
  const type = async () => words.shift() ?? ''
  return { ask: type, askSecret: type }
}

function add(machine: SshMachine, { step = plainSteps(silent), signal, prompts, agentSocket, ...options }: Run = {}) {
  const wish: AddOptions = {
    target: `ann@${machine.address}`,
    isManager: false,
    port: undefined,
    identityFile: keyFile,
    name: undefined,
    address: undefined,
    acceptsNewHostKey: true,
    isCheckOnly: false,
    ...options,
  }
  const cluster = clusterView(client)
  return runAdd(wish, { config: config(agentSocket), client, cluster, prompts, step, print: silent, signal })
}

/** Does something once, as soon as a step with this title says what it is doing. */
const when = (title: string, act: () => unknown): StepRunner => {
  let hasActed = false
  const once = () => {
    if (!hasActed) act()
    hasActed = true
  }
  const step = plainSteps(silent)
  return (name, work) =>
    step(name, (report) => {
      if (name !== title) return work(report)
      return work({ ...report, progress: once })
    })
}

const stateOf = async (name: string) => (await client.call(listMachines, {})).find((it) => it.name === name)?.state

/** On a busy computer the swarm may not hear from a machine for a moment. */
const untilReady = (name: string) =>
  until(
    `${name} is ready`,
    () => stateOf(name),
    (state) => state === 'ready',
  )

/** All that the engine of a machine has, images by their names. */
async function inventory({ exec }: SshMachine): Promise<string> {
  const lists = [
    ['docker', 'ps', '--all', '--quiet'],
    ['docker', 'network', 'ls', '--format', '{{.Name}}'],
    ['docker', 'volume', 'ls', '--quiet'],
    ['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}'],
    ['docker', 'info', '--format', '{{.Swarm.LocalNodeState}}'],
  ]
  const outputs: string[] = []
  for (const argv of lists) outputs.push((await exec(argv)).output)
  return outputs.join('\n')
}

/** Its SSH server closes its port for a moment when it reads its keys again. */
const untilSshAnswers = ({ address }: SshMachine) =>
  until(
    `${address} answers SSH`,
    async () => {
      const socket = connect(22, address)
      const [greeting] = await once(socket, 'data').catch(() => [''])
      socket.destroy()
      return String(greeting)
    },
    (greeting) => greeting.startsWith('SSH-'),
  )

const packagesOf = async ({ exec }: SshMachine) => (await exec(['dpkg-query', '--show'])).output

test('a look, by a key with a passphrase, finds all that is in the way of a machine, and changes nothing', async () => {
  const full = await createSshMachine({ ...common, name: 'full', hasEngine: true, diskBytes: GiB })
  // As behind a tunnel that nobody told the network card of.
  await full.exec(['ip', 'link', 'set', 'dev', 'eth0', 'mtu', '1400'])
  const before = await inventory(full)
  const byLockedKey = { identityFile: lockedKeyFile, prompts: typing(passphrase) }
  await assert.rejects(add(full, { isCheckOnly: true, ...byLockedKey }), (error: PlatformError) => {
    assert.match(error.message, /Only .* of disk are free for \/var\/lib\/docker; 5 GiB are needed/)
    assert.match(error.message, /Packets of full size get lost on the way to \S+:4789\/udp/)
    assert.match(error.message, /takes packets of 1400 bytes/)
    assert.match(error.hint ?? '', /Nothing was changed/)
    return true
  })
  assert.equal(await inventory(full), before)
})

test('who may not become root is told so, in the words of sudo', async () => {
  const asBob = { target: `bob@${shared.address}`, identityFile: undefined, prompts: typing('of bob') }
  await assert.rejects(add(shared, asBob), /sudo on bob@\S+ refuses: bob is not in the sudoers file/)
})

test('where sudo wants a password and nobody can be asked, that is said, and three wrong ones are enough', async () => {
  const asCleo = { target: `cleo@${shared.address}` }
  await assert.rejects(add(shared, asCleo), /cleo is not root, and sudo wants a password[\s\S]*NOPASSWD/)
  await assert.rejects(add(shared, { ...asCleo, prompts: typing('a', 'b', 'c') }), /took none of 3 passwords/)
})

test('who has the wrong key or the wrong password does not get in, and is told what was tried', async () => {
  const wrongKey = join(folder, 'wrong')
  writeFileSync(wrongKey, makeKey().private, { mode: 0o600 })
  await assert.rejects(add(shared, { identityFile: wrongKey }), /did not let us in\. Tried: the key .*wrong\./)
  const asBob = { target: `bob@${shared.address}`, identityFile: undefined, prompts: typing('a', 'b', 'c') }
  await assert.rejects(add(shared, asBob), /did not let us in\. Tried: a password\. It accepts: publickey, password/)
})

test('a connection that is lost in the middle leaves nothing half done, and that is what is said', async () => {
  const before = await inventory(shared)
  const step = when('Bring the images', () => shared.dropSessions())
  await assert.rejects(add(shared, { step, target: `root@${shared.address}` }), /The connection to root@\S+ was lost/)
  assert.equal(await inventory(shared), before)
  assert.equal(await stateOf('shared'), undefined)
})

test('a run that was killed after the machine had joined is completed by the next one', async () => {
  const killed = new Promise<void>((resolve) => {
    const step: StepRunner = (title, work) => {
      if (title !== 'Start the agent') return plainSteps(silent)(title, work)
      resolve()
      return new Promise(() => undefined)
    }
    void add(shared, { step })
  })
  await killed
  await shared.dropSessions()
  const { changes } = (await add(shared)) ?? {}
  assert.equal(changes?.includes('Start the agent'), true)
  assert.equal(changes?.includes('Bring the images'), false)
  await untilReady('shared')
})

test('one that is interrupted after it has joined is taken out again', async () => {
  const stop = new AbortController()
  const before = await packagesOf(bare)
  const step = when('Wait until it serves', () => stop.abort(new Error('Interrupted by SIGINT')))
  await assert.rejects(add(bare, { step, signal: stop.signal }), /Interrupted by SIGINT/)
  assert.equal(await stateOf('bare'), undefined)
  assert.equal(await packagesOf(bare), before)
})

test('a bare machine gets an engine and becomes a manager that serves, by a user whose sudo wants a password', async () => {
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
  // Its agent gets a certificate as a manager, with which it comes back.
  const made = await until(
    'bare has a backup',
    async () => JSON.parse((await platform.berth('backups', 'create', '--json')).stdout),
    ({ backups }) => backups.some(({ machine }: { machine: string }) => machine === 'bare'),
  )
  assert.deepEqual(made.failures, [])
})

test('a machine that shows another key is sent nothing, and the line that knows it is named', async () => {
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
  const agent = await startSshAgent()
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
  const drop = ['-p', 'udp', '--dport', '4789', '-s', shared.address, '-j', 'DROP']
  assert.equal((await bare.exec(['iptables', '-I', 'INPUT', ...drop])).exitCode, 0)
  const closed = /shared cannot reach bare: udp 4789 \(the network between instances\) is closed/
  await assert.rejects(add(bare), closed)
  assert.equal((await bare.exec(['iptables', '-D', 'INPUT', ...drop])).exitCode, 0)
  const { code, stdout } = await platform.berth('machines', 'check', 'bare')
  assert.deepEqual([code, stdout], [0, '2 of 2 machines reach bare, and it them\n'])
})

test('a manager that is demoted and removed is drained without a failed request, and its host is left clean', async () => {
  const deployed = await platform.berth(
    ...['deploy', '--image', 'nginx:stable', '--port', '80', '--name', 'shop', '--replicas', '3'],
  )
  assert.equal(deployed.code, 0, deployed.stderr)
  assert.ok((await instancesOn('bare')).length > 0)
  const demoted = await platform.berth('machines', 'demote', 'bare', '--yes', '--json')
  assert.equal(JSON.parse(demoted.stdout).role, 'worker', demoted.stderr)
  await untilReady('bare')
  const load = startLoad({ address: platform.machine.address, port: 80, host: 'shop.localhost' })
  await until(
    'load flows',
    async () => load.seen(),
    (seen) => seen > 50,
  )
  const kept = await remove('bare', { force: false, prompts: typing('of cleo') })
  const { failures, requests } = await load.stop()
  assert.deepEqual(failures, [], `of ${requests}`)
  assert.match(kept?.join() ?? '', /apt-get purge .*docker\.io/)
  assert.equal(await stateOf('bare'), undefined)
  assert.doesNotMatch(await inventory(bare), /berth|haproxy|nginx|^active$/m)
  assert.deepEqual(await filesOf(bare), filesBefore)
})

test('a machine that is removed is left clean, with what was there before', async () => {
  const kept = ['foreign', 'theirs'] as const
  await shared.exec(['docker', 'volume', 'create', kept[0]])
  await shared.exec(['docker', 'network', 'create', kept[1]])
  assert.deepEqual(await remove('shared', { force: true }), [])
  assert.equal(await stateOf('shared'), undefined)
  const left = await inventory(shared)
  assert.doesNotMatch(left, /berth|haproxy|^active$/m)
  for (const name of kept) assert.match(left, new RegExp(`^${name}$`, 'm'))
})

/** As `berth machines rm` does. */
async function remove(name: string, { force, prompts }: { force: boolean; prompts?: Prompts }) {
  const remote = await findRemote(name, { config: config(), prompts, print: silent })
  const [step, group] = [plainSteps(silent), plainGroup(silent)]
  const site = testSite(platform.runId)
  const context = { outer: platform.machine.docker, site, imagesFrom: platform.machine.docker, client, step, group }
  try {
    await remote?.connect()
    await removeFromCluster(name, { force, isKnown: true }, context)
    return await remote?.clean(step)
  } finally {
    await remote?.close()
  }
}

const instancesOn = async (machine: string): Promise<Instance[]> =>
  JSON.parse((await platform.berth('ps', 'shop', '--json')).stdout).filter((it: Instance) => it.machine === machine)

/** Everything outside of what the engine keeps that has Berth's name. */
const filesOf = async ({ exec }: SshMachine) =>
  (await exec(['find', '/', '-xdev', '-iname', '*berth*'])).output.split('\n').sort()

/** One of this test's own, ended by its own process. */
async function startSshAgent() {
  const socket = join(folder, 'agent.sock')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(agent.stdout, 'data')
  return {
    socket,
    async add(file: string) {
      const adding = spawn('ssh-add', [file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
      const [code] = await once(adding, 'exit')
      assert.equal(code, 0)
    },
    async stop() {
      const ended = once(agent, 'exit')
      agent.kill()
      await ended
    },
  }
}
