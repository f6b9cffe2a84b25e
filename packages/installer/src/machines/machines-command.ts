import { PlatformError } from '@berth/contract'
import Docker from 'dockerode'
import type { InstallerConfig } from '../config.ts'
import { ownSite } from '../machine-containers/machine-site.ts'
import type { StepGroup, StepRunner } from '../steps.ts'
import { oneWord, readArguments, readCount, readCpus, readMemory } from './arguments.ts'
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
berth machines rm NAME [--force]          drain a machine and take it out of the cluster; --force: one that is dead`

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
  const { isGone } = await removeFromCluster(name, options, await contextOf(invocation))
  if (isGone) invocation.print(`${name} is gone.`)
  else invocation.print(`${name} is out of the cluster. To clean it up, run there: ./berth down --data`)
  return 0
}

async function contextOf(invocation: Invocation, { step, group }: Output = invocation): Promise<MachineContext> {
  const { config, signal } = invocation
  const outer = new Docker({ socketPath: config.dockerSocket })
  return { outer, site: ownSite, imagesFrom: outer, client: await signIn(config), step, group, signal }
}
