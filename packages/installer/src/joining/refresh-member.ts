import type { JoinSettings, JoinTicket } from '@berth/contract'
import type Docker from 'dockerode'
import type { StepRunner } from '../steps.ts'
import { applyMemberStep } from './apply-joining.ts'
import type { ImageSource } from './image-source.ts'
import { describeJoining, isMemberStep, planJoining } from './joining-plan.ts'
import { observeJoining } from './observe-joining.ts'

export type Refresh = {
  docker: Docker
  settings: JoinSettings
  ticket: Pick<JoinTicket, 'machine' | 'servers' | 'caSha256'>
  images: ImageSource
  step: StepRunner
  signal?: AbortSignal | undefined
}

/** Brings the agent of a member to what the cluster is now, such as a newer version; in words what was done. */
export async function refreshMember({ docker, settings, ticket, images, step, signal }: Refresh): Promise<string[]> {
  const facts = await observeJoining(docker, { settings, ticket, now: new Date() })
  const planned = planJoining(settings, facts, { mayLeaveSwarm: true })
  const steps = planned.filter(isMemberStep)
  // One that has to join first needs a token for that.
  if (steps.length < planned.length) return []
  for (const next of steps) {
    const title = `${settings.machine}: ${describeJoining(next)}`
    await step(title, ({ progress }) => applyMemberStep(next, { docker, images, signal }, progress))
  }
  return steps.map((next) => `${settings.machine}: ${describeJoining(next)}`)
}
