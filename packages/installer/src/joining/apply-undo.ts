import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import type { UndoStep } from './undo-plan.ts'

const attempts = 20
const pollMs = 300

/** What is not there any more is no failure. */
export async function applyUndo(step: UndoStep, docker: Docker): Promise<void> {
  switch (step.kind) {
    case 'removeContainer':
      return whileInUse(() => docker.getContainer(step.name).remove({ force: true }))
    case 'leaveSwarm':
      return whileInUse(() => docker.swarmLeave({ force: true }))
    case 'removeNetwork':
      return whileInUse(() => docker.getNetwork(step.name).remove())
    case 'removeVolume':
      return whileInUse(() => docker.getVolume(step.name).remove())
    case 'removeImage':
      return whileInUse(() => docker.getImage(step.name).remove())
  }
}

/** The engine lets go of a thing some moments after its last user has gone. */
async function whileInUse(remove: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await remove()
      return
    } catch (error) {
      const { statusCode, message } = error as { statusCode?: number; message: string }
      if (statusCode === 404 || /not part of a swarm/i.test(message)) return
      // One of ours says that the machine itself cannot be reached.
      if (attempt === attempts || error instanceof PlatformError) throw error
      await sleep(pollMs)
    }
  }
}
