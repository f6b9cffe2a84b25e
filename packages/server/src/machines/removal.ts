import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type { Engine, ObservedMachine } from '@berth/engine'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { IdentityStore } from './identity-store.ts'
import type { RemovalStep } from './removal-plan.ts'

export type RemovalDeps = {
  engine: Pick<Engine, 'setMachineRole' | 'removeMachine' | 'rotateJoinTokens'>
  identities: Pick<IdentityStore, 'remove' | 'setRole'>
  agents: Pick<AgentRegistry, 'cut' | 'list'>
}

export async function applyRemoval(
  steps: readonly RemovalStep[],
  machine: ObservedMachine,
  { deps, signal }: { deps: RemovalDeps; signal: AbortSignal },
): Promise<void> {
  const { engine, agents } = deps
  refuseWithoutOther(machine, agents)
  for (const step of steps) {
    switch (step) {
      case 'demote':
        await engine.setMachineRole(machine.id, 'worker', machine.version, signal)
        break
      case 'forget':
        await forget(machine, deps)
        break
      case 'remove':
        await removeOnceDemoted(machine, { engine, signal })
        break
      case 'renewTokens':
        await engine.rotateJoinTokens(signal)
    }
  }
}

/** Its own agent is cut off on the way, so that another one must speak for the cluster. */
function refuseWithoutOther({ id, name }: ObservedMachine, agents: Pick<AgentRegistry, 'list'>) {
  if (agents.list().some(({ isManager, machineId }) => isManager && machineId !== id)) return
  throw new PlatformError('engine_unavailable', `No manager but ${name} is connected, and one must carry this out`, {
    hint: 'See `berth machines`: the agent of another manager must run first',
  })
}

async function forget({ id, name }: ObservedMachine, { identities, agents }: RemovalDeps) {
  await identities.remove({ machineId: id, name })
  agents.cut(id, 'The machine was removed')
}

const retryMs = 500
const attempts = 40

/** The engine needs some seconds until a manager is one no more. */
async function removeOnceDemoted(
  { id, role }: ObservedMachine,
  { engine, signal }: { engine: RemovalDeps['engine']; signal: AbortSignal },
) {
  for (let attempt = 1; ; attempt++) {
    try {
      // It was seen above that nothing is lost by it; without force the engine wants the machine to be down first.
      return await engine.removeMachine(id, { force: true, signal })
    } catch (error) {
      const isRefused = error instanceof PlatformError && error.code === 'engine_failed'
      if (role !== 'manager' || !isRefused || attempt === attempts) throw error
      await delay(retryMs, undefined, { signal })
    }
  }
}
