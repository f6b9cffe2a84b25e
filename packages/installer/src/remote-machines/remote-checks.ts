import { formatBytes, formatHostPort, type Machine } from '@berth/contract'
import { advisedEngine, findFlaws, isOlder, oldestEngine } from '../engine-setup/known-flaws.ts'
import { managerPorts, ownPorts } from './needed-ports.ts'
import type { Reach, RemoteFacts } from './remote-facts.ts'

const GiB = 1024 ** 3
const neededDiskBytes = 5 * GiB
const neededMemoryBytes = 0.9 * GiB // Sold as "1 GB"; the kernel keeps some for itself.
const tellClockMs = 2_000
const refuseClockMs = 60_000
/** What the engine's networks between machines send at most. */
const overlayMtuBytes = 1500

export type Finding = { isInTheWay: boolean; message: string; hint: string }

export type CheckInput = {
  /** What it is to be called, which is also what its engine must call itself. */
  name: string
  role: 'manager' | 'worker'
  facts: RemoteFacts
  cluster: { machines: readonly Pick<Machine, 'id' | 'name' | 'state'>[]; architecture: string; httpPort: number }
  /** Undefined where it was not worth trying. */
  reach: Reach | undefined
}

const refuse = (message: string, hint: string): Finding => ({ isInTheWay: true, message, hint })
const warn = (message: string, hint: string): Finding => ({ isInTheWay: false, message, hint })

/** Everything that is wrong with a machine or its ways to the others, at once; a machine of ours only has to be right still. */
export function planChecks(input: CheckInput): Finding[] {
  const { facts } = input
  const isMember = facts.engine?.swarm === 'ours'
  return [
    ...checkSystem(facts),
    ...checkRoot(facts),
    ...checkEngine(facts),
    ...checkResources(facts),
    ...checkClock(facts),
    ...checkName(input),
    ...checkArchitecture(input),
    ...(isMember ? [] : checkPorts(input)),
    ...checkReach(input),
  ]
}

/** Without these nothing else can be found out. */
export const canBeTried = ({ isRoot, hasPerl }: RemoteFacts) => isRoot && hasPerl

function checkSystem({
  osName,
  isDebian,
  hasPerl,
  isEngineInstalled,
  hasApt,
  modules,
  kernel,
}: RemoteFacts): Finding[] {
  const findings: Finding[] = []
  if (!isDebian || !hasPerl) {
    findings.push(
      refuse(
        `${osName} is not a system that Berth can be installed on over SSH`,
        'Use Debian or Ubuntu; on others install the engine yourself, and use: berth machines join-command',
      ),
    )
  } else if (!isEngineInstalled && !hasApt) {
    findings.push(
      refuse('There is no container engine, and no apt-get to install one with', 'Install Docker 20.10 or newer there'),
    )
  }
  for (const [name, purpose] of [
    ['overlay', 'images are stored'],
    ['vxlan', 'machines reach each other'],
  ] as const) {
    if (modules[name] !== false) continue
    const extra =
      name === 'vxlan'
        ? `apt-get install linux-modules-extra-${kernel} (on a Raspberry Pi linux-modules-extra-raspi)`
        : 'Use a kernel of Debian or Ubuntu itself'
    findings.push(refuse(`The kernel ${kernel} has no module "${name}", with which ${purpose}`, extra))
  }
  return findings
}

function checkRoot({ isRoot, user }: RemoteFacts): Finding[] {
  if (isRoot) return []
  const rule = `${user} ALL=(root) NOPASSWD: ALL`
  return [
    refuse(
      `${user} is not root, and sudo wants a password (or is not there)`,
      `Run this at a terminal to be asked for it, sign in as root, or allow it for the time being: on that machine, "visudo -f /etc/sudoers.d/berth" with the line: ${rule}`,
    ),
  ]
}

function checkEngine({
  engine,
  isEngineInstalled,
  hasDockerClient,
  offeredEngine,
  isDebian,
  hasApt,
  isRoot,
}: RemoteFacts): Finding[] {
  if (!isEngineInstalled) {
    if (offeredEngine) return checkVersion(offeredEngine, 'The engine that apt-get would install is')
    if (!isDebian || !hasApt || !isRoot) return []
    return [
      warn(
        'apt-get does not know docker.io yet',
        'Its lists are brought up to date first; if that does not help, install Docker there',
      ),
    ]
  }
  if (!hasDockerClient) {
    return [
      warn(
        'The command "docker" is missing there, which is needed to reach the engine',
        'It is installed with apt-get (docker-cli)',
      ),
    ]
  }
  if (!engine) return []
  const swarm =
    engine.swarm === 'other'
      ? [
          refuse(
            'Its engine is in a swarm already, and not in that of this cluster',
            'If nothing needs that swarm any more, on that machine: docker swarm leave --force',
          ),
        ]
      : []
  return [...checkVersion(engine.version, 'Its engine is'), ...swarm]
}

function checkVersion(version: string, which: string): Finding[] {
  if (isOlder(version, oldestEngine))
    return [refuse(`${which} Docker ${version}, which is too old`, `Use ${advisedEngine}`)]
  return findFlaws(version).map(({ refused, reason }) =>
    (refused === 'never' ? warn : refuse)(
      `${which} Docker ${version}: ${reason}`,
      `Better: ${advisedEngine} (https://docs.docker.com/engine/install/)`,
    ),
  )
}

function checkResources({ freeDiskBytes, diskPath, memoryBytes }: RemoteFacts): Finding[] {
  const findings: Finding[] = []
  if (freeDiskBytes < neededDiskBytes) {
    findings.push(
      refuse(
        `Only ${formatBytes(freeDiskBytes)} of disk are free for ${diskPath}; ${formatBytes(neededDiskBytes)} are needed`,
        'Free some space, or put that folder on a larger disk',
      ),
    )
  }
  if (memoryBytes < neededMemoryBytes) {
    findings.push(refuse(`It has ${formatBytes(memoryBytes)} of memory`, 'Use one with at least 1 GB'))
  }
  return findings
}

function checkClock({ clockAheadMs }: RemoteFacts): Finding[] {
  const offMs = Math.abs(clockAheadMs)
  if (offMs <= tellClockMs) return []
  const message = `Its clock is ${(offMs / 1000).toFixed(1)} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} the one here`
  const hint = 'Let both follow a time server: timedatectl set-ntp true, or apt-get install chrony'
  if (offMs <= refuseClockMs) return [warn(message, hint)]
  return [refuse(`${message}; certificates would not be valid yet, or not any more`, hint)]
}

function checkName({ name, facts, cluster }: CheckInput): Finding[] {
  const isMember = facts.engine?.swarm === 'ours'
  if (isMember && facts.hostName !== name) {
    const hint = `Keep the name, or take it out first: berth machines rm ${facts.hostName}`
    return [refuse(`It is a machine of the cluster already, called ${facts.hostName}`, hint)]
  }
  const namesake = cluster.machines.find((machine) => machine.name === name)
  if (!namesake || namesake.state === 'down' || isMember) return []
  return [refuse(`There is a machine ${name} already`, `Give this one another name: --name ${name}-2`)]
}

const architectures: Record<string, string> = { x86_64: 'amd64', aarch64: 'arm64', arm64: 'arm64' }

function checkArchitecture({ facts: { architecture }, cluster }: CheckInput): Finding[] {
  if ((architectures[architecture] ?? architecture) === cluster.architecture) return []
  return [
    refuse(
      `Its processor is ${architecture}, and Berth's image here is for ${cluster.architecture}`,
      'Use machines of one kind',
    ),
  ]
}

function checkPorts({ facts: { listeners, engine }, cluster }: CheckInput): Finding[] {
  return ownPorts(cluster.httpPort).flatMap(({ protocol, port, purpose }) => {
    if (engine?.ownPorts.includes(port)) return []
    const taker = listeners.find((it) => it.port === port && it.protocol === protocol && isInTheWay(it, port))
    if (!taker) return []
    const who = taker.process ?? 'another process'
    return [
      refuse(
        `Port ${port}/${protocol} (${purpose}) is taken there by ${who}`,
        `Stop ${who}, or move it to another port`,
      ),
    ]
  })
}

function isInTheWay({ address, process }: { address: string; process: string | null }, port: number): boolean {
  // The kernel's own, for an overlay of an engine that was killed.
  if (port === 4789 && process === null) return false
  return port !== 5000 || ['0.0.0.0', '::', '127.0.0.1'].includes(address)
}

function checkReach({ reach, role }: CheckInput): Finding[] {
  if (!reach) return []
  return [...checkWayOut(reach), ...checkWayBack(reach, role), ...checkMtu(reach)]
}

function checkWayOut({ toManagers }: Reach): Finding[] {
  const findings = toManagers
    .filter(({ port, trouble }) => trouble && managerPorts.includes(port))
    .map(({ address, port, trouble }) =>
      refuse(
        `It does not reach ${formatHostPort(address, port)}/tcp of a manager: ${trouble}`,
        openOn(address, `${port}/tcp`),
      ),
    )
  const servers = toManagers.filter(({ port }) => !managerPorts.includes(port))
  if (servers.length === 0 || servers.some(({ trouble }) => !trouble)) return findings
  const places = servers.map(({ address, port }) => formatHostPort(address, port)).join(', ')
  return [
    ...findings,
    refuse(`It reaches no server of Berth (${places}): ${servers[0]?.trouble}`, openOn('the managers', '7443/tcp')),
  ]
}

const openOn = (where: string, what: string) => `Let ${what} through to ${where}, in its firewall and in its provider's`

function checkWayBack({ fromManager, address }: Reach, role: string): Finding[] {
  if (!address) return []
  if (!fromManager) {
    return [
      warn(
        `Whether the managers reach ${address} cannot be tried from here`,
        `7946 (TCP and UDP) and 4789 (UDP)${role === 'manager' ? ' and 2377 (TCP)' : ''} must be open on it. Run this on a manager to have it tried`,
      ),
    ]
  }
  return fromManager.flatMap(({ protocol, port, outcome }) => {
    const place = `${formatHostPort(address, port)}/${protocol}`
    if (outcome === 'open') return []
    if (outcome === 'full_lost') {
      return [
        refuse(
          `Packets of full size get lost on the way to ${place}`,
          'Something between the machines (a tunnel, a virtual network) takes less than it says: set the MTU of the network cards on both to what passes',
        ),
      ]
    }
    const how = outcome === 'refused' ? 'is refused' : 'gets no answer'
    return [refuse(`A manager that speaks to ${place} ${how}`, openOn(address, `${port}/${protocol}`))]
  })
}

function checkMtu({ mtuBytes }: Reach): Finding[] {
  if (mtuBytes === undefined || mtuBytes >= overlayMtuBytes) return []
  return [
    warn(
      `Its network takes packets of ${mtuBytes} bytes, and those between machines have up to ${overlayMtuBytes}`,
      'They are cut into pieces, which is slower, and some networks drop such pieces. Where it can be changed: an MTU of 1500 or more',
    ),
  ]
}

/** As a list for people, what is in the way first. */
export const describeFindings = (findings: readonly Finding[]): string[] =>
  findings
    .toSorted((a, b) => Number(b.isInTheWay) - Number(a.isInTheWay))
    .map(({ isInTheWay, message, hint }) => `${isInTheWay ? 'in the way' : 'to know'}: ${message}\n    ${hint}`)
