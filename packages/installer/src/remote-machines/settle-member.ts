import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { type ClusterView, verifyFromOthers } from '../joining/join-machine.ts'
import { agentContainer } from '../names.ts'
import type { Adding } from './adding.ts'
import type { Checked } from './check-remote.ts'
import { cleanMachine } from './clean-machine.ts'
import type { RemoteRecord } from './remote-record.ts'

const listedDeadlineMs = 20_000
const pollMs = 300

/** A machine that is in the swarm already serves, or what an earlier run left of it is cleared. */
export async function settleMember(
  adding: Adding,
  { name, self }: Checked,
  former: RemoteRecord | undefined,
): Promise<boolean> {
  const { cluster, step, host, role, print, signal } = adding
  if (self && role === 'manager' && self.role !== role) print(`To make it a manager: berth machines promote ${name}`)
  const missing = self && (await findMissing(adding, name))
  if (self && missing === undefined) {
    await verifyFromOthers({ tryFromOthers: (patience) => cluster.reachability(name, patience) }, { step, signal })
    return true
  }
  if (!former) {
    throw new PlatformError(
      'conflict',
      `${name} is a machine of the cluster already, but ${missing ?? 'nobody lists it'}`,
      {
        hint: `If that stays so, take it out and add it again: berth machines rm ${name} --force`,
      },
    )
  }
  await step(`Take ${name} off the list`, () => cluster.forget(name))
  await cleanMachine(host.docker, { kept: former.remains, keepsImages: true }, step)
  return false
}

/** Nobody waits for an agent that was never started. */
async function findMissing({ host, cluster, step, signal }: Adding, name: string): Promise<string | undefined> {
  if (!(await isAgentRunning(host.docker))) return 'its agent does not run'
  return step(`Wait for ${name}`, () => waitUntilListed(cluster, name, signal))
}

async function isAgentRunning(docker: Docker): Promise<boolean> {
  try {
    return (await docker.getContainer(agentContainer).inspect()).State.Running
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false
    throw error
  }
}

async function waitUntilListed(cluster: ClusterView, name: string, signal?: AbortSignal): Promise<string | undefined> {
  const endMs = performance.now() + listedDeadlineMs
  for (;;) {
    const missing = await cluster.whatIsMissing(name)
    if (missing === undefined || performance.now() > endMs) return missing
    await sleep(pollMs, undefined, { signal })
  }
}
