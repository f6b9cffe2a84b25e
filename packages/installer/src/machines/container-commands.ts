import { forecastMachineRole, PlatformError } from '@berth/contract'
import { type Entrance, verifyMachine } from '../joining/verify-machine.ts'
import {
  findMachineContainer,
  type KnownMachine,
  startMachineContainer,
  stopMachineContainer,
} from '../machine-containers/machine-container.ts'
import { agentContainer } from '../names.ts'
import { clusterView, findMachine } from './cluster-view.ts'
import type { MachineContext } from './machine-context.ts'

export async function getContainer(
  { outer, site }: Pick<MachineContext, 'outer' | 'site'>,
  name: string,
): Promise<KnownMachine> {
  const found = await findMachineContainer(outer, site, name)
  if (found) return found
  throw new PlatformError('machine_not_found', `There is no machine in a container called ${name} on this computer`, {
    hint: 'berth machines lists all that are in the cluster; only those that berth machines create made are containers',
  })
}

/** Its instances are started elsewhere, and it comes back with all that it was. */
export async function stopMachine(name: string, { force }: { force: boolean }, context: MachineContext): Promise<void> {
  const { machine, isRunning } = await getContainer(context, name)
  if (!isRunning) return
  if (!force) await requireQuorumWithout(name, context)
  await context.step(`Stop ${name}`, () => stopMachineContainer(machine))
}

async function requireQuorumWithout(machine: string, { client }: MachineContext): Promise<void> {
  const found = await findMachine(client, machine)
  if (found?.role !== 'manager') return
  const { mayFailNow, managersNow } = await client.call(forecastMachineRole, {
    params: { machine },
    query: { role: 'worker' },
  })
  if (mayFailNow > 0) return
  throw new PlatformError(
    'quorum_at_risk',
    `Without ${machine} the cluster could not be changed any more (${managersNow} managers)`,
    {
      hint: `First: berth machines demote ${machine}. Or do it all the same: --force`,
    },
  )
}

/** As its agent was told, which the machine kept. */
async function readEntrance({ docker, address }: KnownMachine['machine']): Promise<Entrance> {
  const { Config } = await docker.getContainer(agentContainer).inspect()
  const env = new Map(Config.Env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
  return {
    address,
    port: Number(env.get('BERTH_HTTP_PORT') ?? 80),
    domain: env.get('BERTH_DOMAIN') ?? 'localhost',
  }
}

export async function startMachine(name: string, context: MachineContext): Promise<void> {
  const { client, step, signal } = context
  const { machine } = await getContainer(context, name)
  await step(`Start ${name}`, () => startMachineContainer(machine, signal))
  const { whatIsMissing } = clusterView(client)
  const entrance = await readEntrance(machine)
  await step('Wait until it serves', ({ progress }) =>
    verifyMachine(
      { docker: machine.docker, entrance, missing: () => whatIsMissing(name) },
      { report: progress, signal },
    ),
  )
}

/** A line for a shell, after which `docker` speaks to the machine's own engine. */
export async function describeEnvironment(
  name: string,
  context: Pick<MachineContext, 'outer' | 'site'>,
): Promise<string> {
  const { machine } = await getContainer(context, name)
  return `export DOCKER_HOST=unix://${machine.socketPath}`
}
