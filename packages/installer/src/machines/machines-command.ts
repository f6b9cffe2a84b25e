import { PlatformError } from '@berth/contract'
import Docker from 'dockerode'
import type { InstallerConfig } from '../config.ts'
import { ownSite } from '../machine-containers/machine-site.ts'
import { addUsage, findRemote, type KnownRemote, runAdd } from '../remote-machines/remote-commands.ts'
import type { StepGroup, StepRunner } from '../steps.ts'
import { terminalPrompts } from '../system/prompts.ts'
import { oneWord, readArguments, readCount, readCpus, readMemory, readPort } from './arguments.ts'
import { clusterView } from './cluster-view.ts'
import { describeEnvironment, startMachine, stopMachine } from './container-commands.ts'
import { createMachines } from './create-machines.ts'
import { joinHere } from './join-here.ts'
import { signIn } from './login.ts'
import type { MachineContext } from './machine-context.ts'
import { removeFromCluster } from './remove-machine.ts'

export const machinesUsage = `berth machines create [name...] [--count N] [--cpus 1] [--memory 2G] [--manager] [--json]
                                          make machines in containers on this computer
berth machines stop|start NAME [--force]  stop one of those, or start it again
berth machines env NAME                   what lets docker speak to its engine: eval "$(berth machines env NAME)"
berth machines rm NAME [--force]          drain a machine and take it out of the cluster; --force: one that is dead
${addUsage}`

export const joinUsage = `berth join TOKEN [--address A] [--json]   make this machine a member of a cluster`

type Output = { step: StepRunner; group: StepGroup }

/** How a command shows what it does. */
export type Invocation = Output & {
  config: InstallerConfig
  /** The same for standard error, where standard output is for a program. */
  quiet: Output
  print(line: string): void
  signal: AbortSignal
}

/** Answers with the exit code. */
export async function runMachines([word, ...argv]: string[], invocation: Invocation): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    invocation.print(machinesUsage)
    return 0
  }
  switch (word) {
    case 'add':
      return add(argv, invocation)
    case 'create':
      return create(argv, invocation)
    case 'stop':
      return stop(argv, invocation)
    case 'start':
      return start(argv, invocation)
    case 'env':
      return env(argv, invocation)
    case 'rm':
      return remove(argv, invocation)
    default:
      throw new PlatformError('invalid_request', `There is no command "machines ${word ?? ''}" of the installer`, {
        hint: machinesUsage,
      })
  }
}

export async function runJoin(argv: string[], { config, step, quiet, print, signal }: Invocation): Promise<number> {
  const { words, options } = readArguments(argv, { address: 'string', json: 'boolean' }, joinUsage)
  const token = oneWord(words, 'One token', joinUsage)
  const runner = options.json ? quiet.step : step
  const { settings, address, changes } = await joinHere(token, config, {
    address: options.address,
    step: runner,
    signal,
  })
  if (options.json) print(JSON.stringify({ machine: settings.machine, role: settings.role, address, changes }))
  else if (changes.length === 0)
    print(`\n${settings.machine} is a machine of the cluster already, and all of it is right.`)
  else print(`\n${settings.machine} is a machine of the cluster now, at ${address}.`)
  return 0
}

async function create(argv: string[], invocation: Invocation): Promise<number> {
  const kinds = { count: 'string', cpus: 'string', memory: 'string', manager: 'boolean', json: 'boolean' } as const
  const { words: names, options } = readArguments(argv, kinds, machinesUsage)
  const creation = {
    names,
    count: readCount(options.count),
    cpuMillis: readCpus(options.cpus),
    memoryBytes: readMemory(options.memory),
    role: options.manager ? ('manager' as const) : ('worker' as const),
  }
  const created = await createMachines(
    creation,
    await contextOf(invocation, options.json ? invocation.quiet : invocation),
  )
  if (options.json) invocation.print(JSON.stringify(created))
  else
    for (const { name, address } of created) invocation.print(`${name} is a machine of the cluster now, at ${address}.`)
  return 0
}

async function stop(argv: string[], invocation: Invocation): Promise<number> {
  const { words, options } = readArguments(argv, { force: 'boolean' }, machinesUsage)
  await stopMachine(oneWord(words, 'One name', machinesUsage), options, await contextOf(invocation))
  return 0
}

async function start(argv: string[], invocation: Invocation): Promise<number> {
  const { words } = readArguments(argv, {}, machinesUsage)
  await startMachine(oneWord(words, 'One name', machinesUsage), await contextOf(invocation))
  return 0
}

async function env(argv: string[], { config, print }: Invocation): Promise<number> {
  const { words } = readArguments(argv, {}, machinesUsage)
  const outer = new Docker({ socketPath: config.dockerSocket })
  print(await describeEnvironment(oneWord(words, 'One name', machinesUsage), { outer, site: ownSite }))
  return 0
}

async function remove(argv: string[], invocation: Invocation): Promise<number> {
  const { words, options } = readArguments(argv, { force: 'boolean' }, machinesUsage)
  const name = oneWord(words, 'One name', machinesUsage)
  const remote = await findRemote(name, { ...invocation, prompts: terminalPrompts() })
  try {
    await removeMachine(name, options, { invocation, remote })
  } finally {
    await remote?.close()
  }
  return 0
}

async function removeMachine(
  name: string,
  { force }: { force: boolean },
  { invocation, remote }: { invocation: Invocation; remote: KnownRemote | undefined },
): Promise<void> {
  const { print, step } = invocation
  // Before anything is drained in vain.
  if (!force) await remote?.connect().catch((error: unknown) => Promise.reject(goneForGood(name, error)))
  const isKnown = remote !== undefined
  const { isGone } = await removeFromCluster(name, { force, isKnown }, await contextOf(invocation))
  if (isGone) return print(`${name} is gone.`)
  if (!remote) return print(`${name} is out of the cluster. To clean it up, run there: ./berth down --data`)
  try {
    const kept = await remote.clean(step)
    print(`${name} is out of the cluster, and nothing of Berth is left on it.`)
    for (const sentence of kept) print(`Kept: ${sentence}`)
  } catch (error) {
    if (!force) throw error
    print(`${name} is out of the cluster. It could not be cleaned: ${(error as Error).message}`)
    print(`When it answers again: berth machines rm ${name}`)
  }
}

const goneForGood = (name: string, error: unknown) =>
  error instanceof PlatformError
    ? new PlatformError(error.code, error.message, {
        hint: `If it is gone for good: berth machines rm ${name} --force`,
      })
    : error

async function add(argv: string[], invocation: Invocation): Promise<number> {
  const kinds = {
    ...({ manager: 'boolean', 'check-only': 'boolean', 'accept-new-host-key': 'boolean', json: 'boolean' } as const),
    ...({ port: 'string', 'identity-file': 'string', name: 'string', address: 'string' } as const),
  }
  const { words, options } = readArguments(argv, kinds, addUsage)
  const { config, signal } = invocation
  const { step } = options.json ? invocation.quiet : invocation
  const print = options.json ? () => undefined : invocation.print
  const client = await signIn(config)
  const wish = {
    target: oneWord(words, 'One target', addUsage),
    isManager: options.manager,
    port: readPort(options.port),
    identityFile: options['identity-file'],
    name: options.name,
    address: options.address,
    acceptsNewHostKey: options['accept-new-host-key'],
    isCheckOnly: options['check-only'],
  }
  const cluster = clusterView(client)
  const added = await runAdd(wish, { config, client, cluster, prompts: terminalPrompts(), step, print, signal })
  if (options.json) invocation.print(JSON.stringify(added ?? { checked: true }))
  else if (!added) print('Nothing is in the way. Nothing was changed.')
  else if (added.changes.length === 0)
    print(`${added.name} is a machine of the cluster already, and all of it is right.`)
  else print(`${added.name} is a machine of the cluster now, at ${added.address}.`)
  return 0
}

async function contextOf(invocation: Invocation, { step, group }: Output = invocation): Promise<MachineContext> {
  const { config, signal } = invocation
  const outer = new Docker({ socketPath: config.dockerSocket })
  return { outer, site: ownSite, imagesFrom: outer, client: await signIn(config), step, group, signal }
}
