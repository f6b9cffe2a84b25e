import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { ownSite } from '../machine-containers/machine-site.ts'

const pollMs = 200
const demotionDeadlineMs = 20_000

type Node = {
  ID: string
  Version: { Index: number }
  Spec: { Role: 'manager' | 'worker' }
  Description?: { Hostname?: string }
  ManagerStatus?: unknown
}

/** Takes down a machine in a container of this host, without the cluster losing a manager that it counts on. Its volume stays. */
export async function dissolveMachine(docker: Docker, { name, id }: { name: string; id: string }): Promise<void> {
  const nodes = await listNodes(docker, name)
  for (const node of nodes) if (node.Spec.Role === 'manager') await demote(docker, node)
  await docker.getContainer(id).remove({ force: true }).catch(ignoreStatus(404))
  for (const { ID } of nodes) await docker.getNode(ID).remove({ force: true }).catch(ignoreStatus(404))
  await rm(ownSite.socketFolder(name), { recursive: true, force: true })
}

/** None where this engine cannot speak for a swarm. */
async function listNodes(docker: Docker, name: string): Promise<Node[]> {
  const nodes = (await docker.listNodes().catch(ignoreStatus(503, 406))) as Node[] | undefined
  return (nodes ?? []).filter(({ Description }) => Description?.Hostname === name)
}

/** A manager that vanishes still counts in the quorum; so the others first agree that it is none. */
async function demote(docker: Docker, { ID, Spec, Version }: Node): Promise<void> {
  const node = docker.getNode(ID)
  await node.update({ ...Spec, Role: 'worker', version: Version.Index })
  const endMs = performance.now() + demotionDeadlineMs
  while (performance.now() < endMs) {
    const { ManagerStatus } = (await node.inspect()) as Node
    if (!ManagerStatus) return
    await sleep(pollMs)
  }
}

const ignoreStatus =
  (...statuses: number[]) =>
  (error: { statusCode?: number }): undefined => {
    if (!statuses.includes(error.statusCode ?? 0)) throw error
  }
