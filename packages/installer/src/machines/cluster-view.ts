import {
  type Client,
  getMachine,
  type Machine,
  PlatformError,
  removeMachine,
  tryMachineReachability,
} from '@berth/contract'
import type { ClusterView } from '../joining/join-machine.ts'

export const clusterView = (client: Client): ClusterView => ({
  lists: async (machine) => (await findMachine(client, machine)) !== undefined,
  async whatIsMissing(machine) {
    const found = await findMachine(client, machine)
    if (!found) return 'the cluster does not list it yet'
    if (found.state === 'agent_missing') return 'its agent has not reached the server yet'
    return found.state === 'down' ? 'the swarm does not hear from it yet' : undefined
  },
  async forget(machine) {
    // Not looked for first: one that joined a moment ago is not in the picture that looks are answered from.
    await unlessMissing(client.call(removeMachine, { params: { machine }, query: { force: 'true' } }))
  },
  reachability: (machine, signal) =>
    client.call(tryMachineReachability, { params: { machine } }, signal ? { signal } : {}),
})

export const findMachine = (client: Client, machine: string): Promise<Machine | undefined> =>
  unlessMissing(client.call(getMachine, { params: { machine } }))

async function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'machine_not_found') return undefined
    throw error
  }
}
