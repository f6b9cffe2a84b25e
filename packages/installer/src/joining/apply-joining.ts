import { setTimeout as sleep } from 'node:timers/promises'
import { type JoinAnswer, PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { containerSpec } from '../installation/engine-spec.ts'
import { putIdentityFiles } from '../installation/machine-identity.ts'
import { agentContainer, roleLabel } from '../names.ts'
import { makeCertificateRequest } from './certificate-request.ts'
import type { ImageSource } from './image-source.ts'
import type { JoinDoor } from './join-door.ts'
import { isMemberStep, type JoiningStep, type MemberStep } from './joining-plan.ts'

const joinDeadlineMs = 60_000
const pollMs = 200

export type JoiningContext = {
  docker: Docker
  door: JoinDoor
  images: ImageSource
  berthImage: string
  /** Under which the other machines reach this one. */
  address: string
  signal?: AbortSignal | undefined
}

/** What the token was answered with, for the step after it. */
export type JoiningMemory = { answer?: JoinAnswer }

export async function applyJoiningStep(
  step: JoiningStep,
  context: JoiningContext,
  { memory, report }: { memory: JoiningMemory; report(words: string): void },
): Promise<unknown> {
  if (isMemberStep(step)) return applyMemberStep(step, context, report)
  switch (step.kind) {
    case 'leaveSwarm':
      return context.docker.swarmLeave({ force: true })
    case 'redeemToken':
      memory.answer = await redeemToken(context)
      return
    case 'joinSwarm':
      return joinSwarm(context, memory.answer)
  }
}

/** What needs no token. */
export async function applyMemberStep(
  step: MemberStep,
  { docker, images, signal }: Pick<JoiningContext, 'docker' | 'images' | 'signal'>,
  report: (words: string) => void,
): Promise<unknown> {
  switch (step.kind) {
    case 'bringImages':
      return images.bring(step.names, { to: docker, onProgress: report, signal })
    case 'createNetwork':
      return docker.createNetwork({ Name: step.name, Driver: 'bridge', Labels: { [roleLabel]: 'network' } })
    case 'createVolume':
      return docker.createVolume({ Name: step.name, Labels: { [roleLabel]: 'volume' } })
    case 'removeAgent':
      return docker.getContainer(agentContainer).remove({ force: true })
    case 'createAgent':
      return docker.createContainer(containerSpec(step.agent))
    case 'startAgent':
      return docker.getContainer(agentContainer).start()
  }
}

async function redeemToken({ docker, door, berthImage, signal }: JoiningContext): Promise<JoinAnswer> {
  const csrPem = await makeCertificateRequest(docker, { berthImage, signal })
  const { ServerVersion: engineVersion, Architecture: architecture } = await docker.info()
  const answer = await door.redeem({ csrPem, engineVersion, architecture }, signal)
  const { certPem, caPem } = answer
  await putIdentityFiles(docker.getContainer(agentContainer), { 'ca.pem': caPem, 'cert.pem': certPem })
  return answer
}

async function joinSwarm({ docker, address, signal }: JoiningContext, answer: JoinAnswer | undefined): Promise<void> {
  if (!answer) throw new Error('The swarm is joined with what the token was answered')
  const { joinToken: JoinToken, managerAddresses: RemoteAddrs } = answer.swarm
  const joining = docker.swarmJoin({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: address, RemoteAddrs, JoinToken })
  // The engine gives up waiting before it gives up joining.
  await joining.catch((error: Error) => {
    if (!/timeout was reached/i.test(error.message)) throw error
  })
  const endMs = performance.now() + joinDeadlineMs
  for (;;) {
    const { Swarm: swarm } = await docker.info()
    if (swarm?.LocalNodeState === 'active' && swarm.NodeID) return
    if (performance.now() > endMs) throw cannotJoin(RemoteAddrs, swarm?.Error)
    await sleep(pollMs, undefined, { signal })
  }
}

const cannotJoin = (managers: readonly string[], reason: string | undefined) =>
  new PlatformError('engine_failed', `The swarm could not be joined${reason ? `: ${reason}` : ''}`, {
    hint: `This machine must reach ${managers.join(', ')}, and the managers port 7946 (TCP and UDP) of this machine`,
  })
