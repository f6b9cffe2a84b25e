import { setTimeout as delay } from 'node:timers/promises'
import type { Machine } from '../../tests/machine.ts'
import { until200 } from './until-200.ts'

export type SwarmTimes = { convergedMs: number; runningMs: number; answersMs: number }

/**
 * What one would type without Berth, on the same engine. `--no-resolve-image`: asking Docker Hub for the digest would
 * be counted against Swarm where there is no network. A port in host mode, which needs no routing mesh.
 */
export async function createBySwarm(
  machine: Machine,
  name: string,
  port: number,
  signal: AbortSignal,
): Promise<SwarmTimes> {
  const argv = ['docker', 'service', 'create', '--detach=false', '--no-resolve-image', '--name', name]
  const startedAtMs = performance.now()
  const elapsedMs = () => performance.now() - startedAtMs
  const [convergedMs, runningMs, answersMs] = await Promise.all([
    machine
      .exec([...argv, '--publish', `mode=host,target=80,published=${port}`, 'nginx:stable'])
      .then(({ exitCode, output }) => {
        if (exitCode !== 0) throw new Error(`docker service create: ${output}`)
        return elapsedMs()
      }),
    untilRunning(machine, name, signal).then(elapsedMs),
    until200({ address: machine.address, port, host: 'localhost' }, signal).then(elapsedMs),
  ])
  return { convergedMs, runningMs, answersMs }
}

async function untilRunning({ docker }: Machine, name: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const tasks = await docker.listTasks({ filters: { service: [name] } }).catch(() => []) // Not there yet.
    if (tasks.some(({ Status }) => Status?.State === 'running')) return
    await delay(10, undefined, { signal })
  }
}

export async function removeFromSwarm({ docker }: Machine, name: string): Promise<void> {
  await docker.getService(name).remove()
  for (;;) {
    const left = await docker.listContainers({
      all: true,
      filters: { label: [`com.docker.swarm.service.name=${name}`] },
    })
    if (left.length === 0) return
    await delay(100)
  }
}
