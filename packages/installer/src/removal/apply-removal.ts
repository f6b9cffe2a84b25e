import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { isOurContainer, roleLabel } from '../names.ts'
import { dissolveMachine } from './dissolve-machine.ts'
import type { RemovalStep } from './removal-plan.ts'

const pollMs = 300
const instancesDeadlineMs = 90_000
const inUseDeadlineMs = 20_000
const hasEnded = ['created', 'exited', 'dead']

export type RemovalContext = { docker: Docker; stopEngine(): Promise<void>; report(words: string): void }

export async function applyRemovalStep(
  step: RemovalStep,
  { docker, stopEngine, report }: RemovalContext,
): Promise<unknown> {
  switch (step.kind) {
    case 'removeMachine':
      return dissolveMachine(docker, step)
    case 'removeContainer':
      return removeContainer(docker, step.id)
    case 'removeService':
      return docker.getService(step.id).remove().catch(ignoreStatus(404))
    case 'waitForInstances':
      return waitForInstances(docker, report)
    case 'removeNetwork':
      return whileInUse(() => docker.getNetwork(step.id).remove())
    case 'removeSecret':
      return whileInUse(() => docker.getSecret(step.id).remove())
    case 'leaveSwarm':
      return docker.swarmLeave({ force: true })
    case 'removeVolume':
      return whileInUse(() => docker.getVolume(step.id).remove())
    case 'removeImage':
      // 409: something that is not ours uses it, so it stays.
      return docker.getImage(step.name).remove().catch(ignoreStatus(404, 409))
    case 'removeFile':
      return rm(step.path, { recursive: true, force: true })
    case 'stopEngine':
      return stopEngine()
  }
}

async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id)
  await container.stop({ t: 10 }).catch(ignoreStatus(304, 404))
  await container.remove({ force: true }).catch(ignoreStatus(404, 409))
}

/** Without the services the engine removes their containers, but after a power failure not those that ended before it. */
async function waitForInstances(docker: Docker, report: (words: string) => void): Promise<void> {
  const endMs = performance.now() + instancesDeadlineMs
  for (;;) {
    const labelled = await docker.listContainers({ all: true, filters: { label: [roleLabel] } })
    const left = labelled.filter(({ Labels }) => isOurContainer(Labels))
    if (left.length === 0) return
    const running = left.filter(({ State }) => !hasEnded.includes(State))
    if (running.length === 0) return removeEnded(docker, left)
    const names = running.map(({ Names }) => Names[0]?.replace(/^\//, '')).join(', ')
    report(names)
    if (performance.now() > endMs) throw new PlatformError('engine_failed', `These do not stop: ${names}`)
    await sleep(pollMs)
  }
}

async function removeEnded(docker: Docker, containers: readonly { Id: string }[]): Promise<void> {
  for (const { Id } of containers) {
    // 409: the engine is removing it already.
    await docker.getContainer(Id).remove({ force: true, v: true }).catch(ignoreStatus(404, 409))
  }
}

/** The engine lets go of a thing some moments after its last user has gone. */
async function whileInUse(remove: () => Promise<unknown>): Promise<void> {
  const endMs = performance.now() + inUseDeadlineMs
  for (;;) {
    try {
      await remove()
      return
    } catch (error) {
      const { statusCode = 0 } = error as { statusCode?: number }
      if (statusCode === 404) return
      if (![400, 403, 409, 500].includes(statusCode) || performance.now() > endMs) throw error
      await sleep(pollMs)
    }
  }
}

const ignoreStatus =
  (...statuses: number[]) =>
  (error: { statusCode?: number }) => {
    if (!statuses.includes(error.statusCode ?? 0)) throw error
  }
