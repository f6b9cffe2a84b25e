import type { Disk } from '@berth/contract'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import { machineDisk } from './disk-view.ts'
import { cleanMachine } from './machine-cleanup.ts'
import { cleanRegistry, type RegistryDeps } from './registry-cleanup.ts'

type Deps = RegistryDeps & {
  agents: Pick<AgentRegistry, 'list'>
  cleanedAtMs(): Promise<number | null>
  daysLeft(machine: string): number | null
}

const machinesAtOnce = 8

/** What is on all disks, by a look at each, and what a cleanup would do. */
export async function readDisk(deps: Deps, signal: AbortSignal): Promise<Disk> {
  const request = { isDryRun: true, patienceMs: 0 }
  const registry = await cleanRegistry({ ...request, collects: true }, deps, signal)
  const seen: Awaited<ReturnType<typeof lookAt>>[] = []
  const agents = deps.agents.list()
  for (let from = 0; from < agents.length; from += machinesAtOnce) {
    const some = agents.slice(from, from + machinesAtOnce)
    seen.push(...(await Promise.all(some.map((agent) => lookAt(agent, deps, signal)))))
  }
  const steps = [...seen.flatMap((each) => each.steps), ...registry.steps]
  const machines = seen.map(({ agent, look }) =>
    machineDisk({
      ...{ machine: agent.name, look, steps, registry: registry.content, daysLeft: deps.daysLeft(agent.name) },
      instances: (agent.lastHeartbeat?.instances ?? []).map(({ app }) => app),
    }),
  )
  const cleanedAtMs = await deps.cleanedAtMs()
  return {
    machines: machines.toSorted((a, b) => ratioOf(b) - ratioOf(a)),
    steps,
    refusals: [...seen.flatMap((each) => each.refusals), ...registry.refusals],
    cleanedAt: cleanedAtMs === null ? null : new Date(cleanedAtMs).toISOString(),
  }
}

const lookAt = async (agent: AgentConnection, deps: Deps, signal: AbortSignal) => ({
  ...(await cleanMachine(agent, { isDryRun: true, patienceMs: 0 }, deps, signal)),
  agent,
})

const ratioOf = ({ usedBytes, totalBytes }: Disk['machines'][number]) =>
  usedBytes === null || !totalBytes ? -1 : usedBytes / totalBytes
