import { setTimeout as delay } from 'node:timers/promises'
import { formatHostPort, listMachines, type Machine, MachineName, PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { agentContainer, agentPort } from '../names.ts'
import type { Adding } from './adding.ts'
import type { Member } from './member-program.ts'
import { managerPorts } from './needed-ports.ts'
import { observeReach } from './observe-reach.ts'
import { observeRemote } from './observe-remote.ts'
import { canBeTried, describeFindings, planChecks } from './remote-checks.ts'
import type { Reach, RemoteFacts } from './remote-facts.ts'

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
  const { host, step, print, httpPort, role } = adding
  const member = await findMember(adding.docker)
  await host.connect()
  // Before the step: whoever is asked for a password is not to look for the question among its lines.
  await host.becomeRoot()
  const checked = await step(`Look at ${host.name}`, async ({ result }) => {
    const { machines, facts } = await look(adding)
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

const staleMs = 8_000
const lookAgainMs = 1_000

/** The cluster's picture may be some seconds old: from before the machine joined, if a run was killed just then. */
async function look({ host, client, httpPort, signal }: Adding): Promise<Pick<Checked, 'machines' | 'facts'>> {
  const untilMs = performance.now() + staleMs
  for (;;) {
    const machines = await client.call(listMachines, {})
    const facts = await observeRemote(host, { ids: new Set(machines.map(({ id }) => id)), httpPort })
    if (facts.engine?.swarm !== 'other' || performance.now() > untilMs) return { machines, facts }
    await delay(lookAgainMs, undefined, { signal })
  }
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
    ...living.flatMap((manager) => managerPorts.map((port) => formatHostPort(manager.address, port))),
    ...(servers.length > 0 ? servers : living).map((manager) => formatHostPort(manager.address, agentPort)),
  ]
  return { targets, role, address, member }
}
