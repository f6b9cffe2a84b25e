import {
  type Client,
  createJoinToken,
  listMachines,
  type Machine,
  MachineName,
  type MachineRole,
  PlatformError,
  parseJoinToken,
} from '@berth/contract'
import type Docker from 'dockerode'
import { imagesOfEngine } from '../joining/image-source.ts'
import { type ClusterView, joinMachine } from '../joining/join-machine.ts'
import { agentContainer, agentPort } from '../names.ts'
import type { SshHost } from '../ssh/ssh-host.ts'
import type { StepRunner } from '../steps.ts'
import { applyHostStep } from './apply-host.ts'
import { cleanMachine, listRemains } from './clean-machine.ts'
import { describeHostStep, describeHostUndo, planHost, planHostUndo } from './host-plan.ts'
import type { Member } from './member-program.ts'
import { managerPorts } from './needed-ports.ts'
import { observeReach } from './observe-reach.ts'
import { observeRemote } from './observe-remote.ts'
import { canBeTried, describeFindings, planChecks } from './remote-checks.ts'
import type { Reach, RemoteFacts } from './remote-facts.ts'
import type { HostChange, RemoteRecord, RemoteRecords } from './remote-record.ts'
import { tryEdge } from './try-edge.ts'
import { undoHostChange } from './undo-host.ts'

export type Adding = {
  host: SshHost
  /** The key that opens it, if it is none of the usual ones. */
  identityFile: string | undefined
  role: MachineRole
  /** Undefined: what the machine calls itself. */
  name: string | undefined
  /** Under which the others are to reach it; undefined: the one that it speaks to the managers from. */
  address: string | undefined
  /** The engine of this computer, which is in the cluster: images come from there. */
  docker: Docker
  client: Client
  cluster: ClusterView
  records: RemoteRecords
  httpPort: number
  step: StepRunner
  print(line: string): void
  signal?: AbortSignal | undefined
}

export type AddedMachine = { name: string; address: string; changes: string[] }

/**
 * Makes a real machine a member of the cluster, with nothing but a way in by SSH. What fails or is interrupted is undone;
 * what was cut off before it could be is completed by the next run.
 */
export async function addMachine(adding: Adding): Promise<AddedMachine> {
  const { host } = adding
  try {
    const checked = await checkRemote(adding)
    if (isServing(checked)) return { name: checked.name, address: checked.self?.address ?? '', changes: [] }
    return await addChecked(adding, checked)
  } catch (error) {
    throw host.explain(error)
  }
}

export type Checked = {
  name: string
  facts: RemoteFacts
  reach: Reach | undefined
  /** As the cluster knows it already. */
  self: Machine | undefined
  machines: readonly Machine[]
}

/** Looks at everything and changes nothing; throws with all that is in the way. */
export async function checkRemote(adding: Adding): Promise<Checked> {
  const { host, client, step, print, httpPort, role } = adding
  const member = await findMember(adding.docker)
  await host.connect()
  const checked = await step(`Look at ${host.name}`, async ({ result }) => {
    const machines = await client.call(listMachines, {})
    const facts = await observeRemote(host, { ids: new Set(machines.map(({ id }) => id)), httpPort })
    const name = readName(adding.name ?? facts.hostName)
    const self = facts.engine?.swarm === 'ours' ? machines.find((it) => it.name === name) : undefined
    result(
      `${facts.osName}, ${facts.architecture}, ${facts.engine ? `Docker ${facts.engine.version}` : 'no engine yet'}`,
    )
    return { name, facts, self, machines }
  })
  const { name, facts, machines } = checked
  const reach =
    canBeTried(facts) && facts.engine?.swarm !== 'ours'
      ? await step('Try the ways to the managers and back', () =>
          observeReach(host, reachQuestion(adding, machines, member)),
        )
      : undefined
  const cluster = { machines, architecture: member.architecture, httpPort }
  const findings = planChecks({ name, role, facts, cluster, reach })
  const lines = describeFindings(findings)
  if (findings.some(({ isInTheWay }) => isInTheWay)) {
    throw new PlatformError('conflict', `${host.name} cannot be added:\n${lines.join('\n')}`, {
      hint: 'Nothing was changed.',
    })
  }
  for (const line of lines) print(line)
  return { ...checked, reach }
}

function readName(name: string): string {
  const checked = MachineName.safeParse(name)
  if (checked.success) return checked.data
  throw new PlatformError(
    'invalid_request',
    `"${name}" is no name for a machine: ${checked.error.issues[0]?.message}`,
    {
      hint: 'Give it another one with --name',
    },
  )
}

/** This computer as a machine of the cluster, with the images that the new one needs. */
async function findMember(docker: Docker): Promise<Member & { architecture: string }> {
  try {
    const { Config: config } = await docker.getContainer(agentContainer).inspect()
    const { Architecture: architecture } = await docker.getImage(config.Image).inspect()
    return { docker, berthImage: config.Image, architecture }
  } catch (cause) {
    throw new PlatformError('conflict', 'This computer is no machine of the cluster, so it has no images to give', {
      hint: 'Run this on one that is, such as the first one; or on the new machine: berth join, with a token of berth machines join-command',
      cause,
    })
  }
}

function reachQuestion({ role, address }: Adding, machines: readonly Machine[], member: Member) {
  const living = machines.filter(({ role: its, state }) => its === 'manager' && state !== 'down')
  const servers = living.filter(({ holds }) => holds.includes('server'))
  const targets = [
    ...living.flatMap((manager) => managerPorts.map((port) => `${manager.address}:${port}`)),
    ...(servers.length > 0 ? servers : living).map((manager) => `${manager.address}:${agentPort}`),
  ]
  return { targets, role, address, member }
}

const isServing = ({ self, facts, name }: Checked) => self?.state === 'ready' && facts.hostName === name

async function addChecked(adding: Adding, checked: Checked): Promise<AddedMachine> {
  const { host, records, step } = adding
  const { name, facts, self, reach } = checked
  const former = await records.find(name)
  const isResumed = former !== undefined && !former.isAdded
  let record: RemoteRecord = {
    ...host.target,
    ...(adding.identityFile && { identityFile: adding.identityFile }),
    isAdded: false,
    changes: former?.changes ?? [],
    remains: former?.remains ?? (facts.engine ? await listRemains(host.docker) : []),
  }
  const save = async (change: Partial<RemoteRecord>) => {
    record = { ...record, ...change }
    await records.put(name, record)
  }
  await save({})
  try {
    const changes = await prepareHost(adding, checked, (change) => save({ changes: [...record.changes, change] }))
    const joined = await join(adding, { name, address: reach?.address ?? self?.address })
    const { address, settings } = joined
    const member = { docker: adding.docker, berthImage: settings.images.berth }
    await step('Look at it from a manager', () => tryEdge(member, { address, ...settings }))
    await save({ isAdded: true })
    return { name, address, changes: [...changes, ...joined.changes] }
  } catch (error) {
    const cause = host.explain(error)
    // What was a machine of the cluster before this began stays one, however broken it is.
    if (self && !isResumed) throw cause
    await undo(adding, { name, record, cause })
    await records.remove(name)
    throw cause
  }
}

async function prepareHost(
  { host, step, signal }: Adding,
  { name, facts }: Checked,
  note: (change: HostChange) => Promise<void>,
): Promise<string[]> {
  const done: string[] = []
  for (const planned of planHost(name, facts)) {
    signal?.throwIfAborted()
    const title = describeHostStep(planned)
    await step(title, ({ progress }) => applyHostStep(planned, { host, note, report: progress, signal }))
    done.push(title)
  }
  return done
}

async function join(adding: Adding, { name, address }: { name: string; address: string | undefined }) {
  const { client, host, role, docker, cluster, step, signal } = adding
  signal?.throwIfAborted()
  const { token } = await client.call(createJoinToken, { body: { machine: name, role, expiresInMinutes: 60 } })
  return joinMachine({
    docker: host.docker,
    ticket: parseJoinToken(token),
    address: adding.address ?? address,
    mayLeaveSwarm: false,
    images: () => imagesOfEngine(docker),
    cluster,
    step,
    signal,
  })
}

/** Joining undoes itself; this is for the machine around it, and for what a run before this one left. */
async function undo(
  { host, step }: Adding,
  { name, record, cause }: { name: string; record: RemoteRecord; cause: unknown },
): Promise<void> {
  try {
    if (await hasEngine(host)) await cleanMachine(host.docker, record.remains, prefixed(step))
    for (const change of planHostUndo(record.changes)) {
      await step(describeHostUndo(change), () => undoHostChange(change, host))
    }
  } catch (error) {
    const reason = host.explain(error)
    throw new PlatformError(
      'engine_failed',
      `${describe(cause)}\nAnd not all of it could be undone on ${host.name}: ${describe(reason)}`,
      { hint: `Add it again, which completes it; or clean it up with: berth machines rm ${name} --force`, cause },
    )
  }
}

const hasEngine = async (host: SshHost) => (await host.end(['docker', 'version'])).exitCode === 0

const prefixed =
  (step: StepRunner): StepRunner =>
  (title, work) =>
    step(`Undo: ${title}`, work)

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error))
