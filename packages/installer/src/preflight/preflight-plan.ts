import { formatBytes } from '@berth/contract'
import { advisedEngine, findFlaws, isOlder, oldestEngine } from '../engine-setup/known-flaws.ts'

const GiB = 1024 ** 3

/** A socket on this machine that accepts connections or datagrams. */
export type Listener = { protocol: 'tcp' | 'udp'; address: string; port: number; process: string | null }

export type PublishedPort = { protocol: 'tcp' | 'udp'; port: number; owner: string; isOurs: boolean }

export type SwarmState = 'inactive' | 'manager' | 'worker' | 'unusable'

export type EngineFacts = {
  version: string
  swarm: SwarmState
  /** Whether parts of Berth are on it already. */
  isInstalled: boolean
  memoryBytes: number
  publishedPorts: readonly PublishedPort[]
}

/** What only the machine itself can tell; absent for an engine elsewhere. */
export type MachineFacts = {
  isRoot: boolean
  hasApt: boolean
  osName: string
  freeDiskBytes: number
  memoryBytes: number
  listeners: readonly Listener[]
}

/** What was found where DATABASE_URL points. */
export type DatabaseFacts = { host: string; port: number; trouble: string | null }

export type PreflightFacts = {
  httpPort: number
  machine: MachineFacts | undefined
  /** Undefined where no engine answers (yet). */
  engine: EngineFacts | undefined
  /** Undefined without a DATABASE_URL. */
  database?: DatabaseFacts | undefined
  /** The machine is to be a member of a cluster that is there: then its swarm is looked at when it joins. */
  isJoining?: boolean | undefined
}

export type PreflightProblem = { message: string; hint: string }

type WantedPort = { protocol: 'tcp' | 'udp'; port: number; purpose: string; loopbackOnly?: boolean; hint?: string }

/** Everything that stands in the way, at once. Berth's own ports and parts never do. */
export function planPreflight(facts: PreflightFacts): PreflightProblem[] {
  const { machine, engine, database } = facts
  return [
    ...(machine ? machineProblems(machine, engine) : []),
    ...(engine ? engineProblems(engine) : []),
    ...(engine ? flawProblems(engine, facts.isJoining === true) : []),
    ...(engine && !facts.isJoining ? swarmProblems(engine) : []),
    ...portProblems(facts),
    ...(database ? databaseProblems(database) : []),
  ]
}

/** What does not stand in the way, and should still be known. */
export function planWarnings({ engine }: PreflightFacts): string[] {
  if (!engine) return []
  const { version, isInstalled } = engine
  return findFlaws(version)
    .filter(({ refused }) => refused !== 'always' || isInstalled)
    .map(({ refused, reason }) => {
      const when = refused === 'together' ? 'with several machines ' : ''
      return `Docker ${version}: ${when}${reason}; better: ${advisedEngine}`
    })
}

function machineProblems(machine: MachineFacts, engine: EngineFacts | undefined): PreflightProblem[] {
  const problems: PreflightProblem[] = []
  const neededDiskBytes = engine?.isInstalled ? GiB : 5 * GiB
  if (!machine.isRoot)
    problems.push({ message: 'You are not root', hint: 'Run it again as root, for example with sudo' })
  if (!engine && !machine.hasApt) {
    problems.push({
      message: `There is no container engine, and on ${machine.osName} it cannot be installed with apt`,
      hint: 'Install Docker 20.10 or newer yourself, or use Debian or Ubuntu',
    })
  }
  if (machine.freeDiskBytes < neededDiskBytes) {
    problems.push({
      message: `Only ${formatBytes(machine.freeDiskBytes)} of disk are free; Berth needs ${formatBytes(neededDiskBytes)}`,
      hint: 'Free some space where the engine keeps its files (usually /var/lib/docker)',
    })
  }
  if (!engine) problems.push(...memoryProblems(machine.memoryBytes))
  return problems
}

function engineProblems(engine: EngineFacts): PreflightProblem[] {
  const problems = memoryProblems(engine.memoryBytes)
  if (isOlder(engine.version, oldestEngine)) {
    problems.push({ message: `The engine is Docker ${engine.version}`, hint: 'Upgrade it to 20.10 or newer' })
  }
  return problems
}

function flawProblems({ version, isInstalled }: EngineFacts, isJoining: boolean): PreflightProblem[] {
  // Where Berth runs already, repairing it is better than leaving it broken.
  if (isInstalled) return []
  return findFlaws(version)
    .filter(({ refused }) => refused === 'always' || (isJoining && refused === 'together'))
    .map(({ reason }) => ({ message: `The engine is Docker ${version}: ${reason}`, hint: `Use ${advisedEngine}` }))
}

function swarmProblems(engine: EngineFacts): PreflightProblem[] {
  const problems: PreflightProblem[] = []
  if (engine.swarm === 'worker') {
    problems.push({
      message: 'This machine is a worker in a swarm that another machine manages',
      hint: 'Install Berth on a manager of that swarm, or take this machine out of it with: docker swarm leave',
    })
  }
  if (engine.swarm === 'unusable') {
    problems.push({
      message: 'The engine is in a swarm that does not work (locked, or without its managers)',
      hint: 'See "docker info"; unlock the swarm, or leave it with: docker swarm leave --force',
    })
  }
  return problems
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

function databaseProblems({ host, port, trouble }: DatabaseFacts): PreflightProblem[] {
  if (loopbackNames.has(host)) {
    const message = `DATABASE_URL names ${host}, which to the server, in its container, is not this machine`
    return [{ message, hint: "Use the machine's own address or name, and let PostgreSQL listen there" }]
  }
  if (trouble === null) return []
  const message = `The database of DATABASE_URL at ${host}:${port} cannot be reached: ${trouble}`
  return [{ message, hint: 'Start it, open its port to this machine, or correct DATABASE_URL' }]
}

// A machine sold as "1 GB" shows somewhat less, because the kernel keeps some for itself.
const memoryProblems = (memoryBytes: number): PreflightProblem[] =>
  memoryBytes >= 0.9 * GiB
    ? []
    : [{ message: `The machine has ${formatBytes(memoryBytes)} of memory`, hint: 'Use one with at least 1 GB' }]

function portProblems({ httpPort, machine, engine }: PreflightFacts): PreflightProblem[] {
  return wantedPorts(httpPort, engine?.swarm ?? 'inactive').flatMap((wanted): PreflightProblem[] => {
    const published = engine?.publishedPorts.filter((it) => it.port === wanted.port && it.protocol === wanted.protocol)
    if (published?.some((it) => it.isOurs)) return []
    const listener = machine?.listeners.find((it) => isInTheWay(it, wanted))
    const taker = published?.[0]?.owner ?? (listener && (listener.process ?? 'another process'))
    if (!taker) return []
    return [
      {
        message: `Port ${wanted.port}/${wanted.protocol} (${wanted.purpose}) is taken by ${taker}`,
        hint: wanted.hint ?? `Stop ${taker}, or move it to another port`,
      },
    ]
  })
}

function wantedPorts(httpPort: number, swarm: SwarmState): WantedPort[] {
  const own: WantedPort[] = [
    {
      protocol: 'tcp',
      port: httpPort,
      purpose: 'http',
      hint: 'Stop that, or choose another port, for example with: BERTH_HTTP_PORT=8080 ./quickstart',
    },
    { protocol: 'tcp', port: 5000, purpose: 'registry', loopbackOnly: true },
    { protocol: 'tcp', port: 7443, purpose: 'agents' },
  ]
  if (swarm !== 'inactive') return own
  const swarmPurpose = 'needed by the swarm'
  return [
    ...own,
    { protocol: 'tcp', port: 2377, purpose: swarmPurpose },
    { protocol: 'tcp', port: 7946, purpose: swarmPurpose },
    { protocol: 'udp', port: 7946, purpose: swarmPurpose },
    { protocol: 'udp', port: vxlanPort, purpose: swarmPurpose },
  ]
}

const vxlanPort = 4789

function isInTheWay(listener: Listener, wanted: WantedPort): boolean {
  if (listener.port !== wanted.port || listener.protocol !== wanted.protocol) return false
  // The kernel's own, for an overlay of an engine that was killed; that engine takes it up again when it starts.
  if (listener.port === vxlanPort && listener.process === null) return false
  return !wanted.loopbackOnly || ['0.0.0.0', '::', '127.0.0.1'].includes(listener.address)
}
