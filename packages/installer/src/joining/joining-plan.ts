import { type JoinSettings, PlatformError } from '@berth/contract'
import { agentSpec, type PlatformContainer, specHashOf } from '../installation/desired-installation.ts'
import type { Named } from '../installation/install-plan.ts'
import { edgeNetwork, memberVolumes } from '../names.ts'

/** What is on the engine of a machine that joins, or has begun to. */
export type JoiningFacts = {
  /** The engine's host name. */
  name: string
  /** Where its engine keeps everything. */
  engineFolder: string
  /** `ours`: the one that it is to join. */
  swarm: 'none' | 'ours' | 'other'
  missingImages: readonly string[]
  networks: readonly Named[]
  volumes: readonly Named[]
  agent: (Named & { specHash: string | undefined; isRunning: boolean }) | undefined
  /** A certificate of this cluster and this machine, and the key to it, in the agent's volume. */
  hasIdentity: boolean
}

/** What a machine that is a member already may need, too. */
export type MemberStep =
  | { kind: 'bringImages'; names: readonly string[] }
  | { kind: 'createNetwork'; name: string }
  | { kind: 'createVolume'; name: string }
  | { kind: 'removeAgent' }
  | { kind: 'createAgent'; agent: PlatformContainer }
  | { kind: 'startAgent' }

export type JoiningStep = MemberStep | { kind: 'leaveSwarm' } | { kind: 'redeemToken' } | { kind: 'joinSwarm' }

export const isMemberStep = (step: JoiningStep): step is MemberStep =>
  !['leaveSwarm', 'redeemToken', 'joinSwarm'].includes(step.kind)

export type JoiningRules = {
  /** Whether it may leave a swarm that it is in: only a machine that Berth itself made. */
  mayLeaveSwarm: boolean
}

/** What is missing for this machine to be a member; nothing where it is one. Throws before anything changes. */
export function planJoining(settings: JoinSettings, facts: JoiningFacts, rules: JoiningRules): JoiningStep[] {
  refuseOthers(settings, facts, rules)
  const agent = memberAgent(settings, facts)
  const isMember = facts.swarm === 'ours' && facts.hasIdentity
  const isAgentRight = facts.agent?.specHash === specHashOf(agent)
  const steps: JoiningStep[] = []
  if (facts.missingImages.length > 0) steps.push({ kind: 'bringImages', names: facts.missingImages })
  // The answer to the token is needed for both halves, and a swarm of old would keep it from joining the new one.
  if (facts.swarm !== 'none' && !isMember) steps.push({ kind: 'leaveSwarm' })
  if (!has(facts.networks, edgeNetwork)) steps.push({ kind: 'createNetwork', name: edgeNetwork })
  for (const name of memberVolumes) if (!has(facts.volumes, name)) steps.push({ kind: 'createVolume', name })
  if (facts.agent && (!isAgentRight || !isMember)) steps.push({ kind: 'removeAgent' })
  if (!facts.agent || !isAgentRight || !isMember) steps.push({ kind: 'createAgent', agent })
  if (!isMember) steps.push({ kind: 'redeemToken' }, { kind: 'joinSwarm' })
  if (!facts.agent?.isRunning || !isAgentRight || !isMember) steps.push({ kind: 'startAgent' })
  return steps
}

/** It asks its own engine where the managers are, so that it follows them when they change. */
export const memberAgent = (
  { domain, httpPort, version, images }: JoinSettings,
  { engineFolder }: Pick<JoiningFacts, 'engineFolder'>,
): PlatformContainer =>
  agentSpec({ domain, httpPort, version, image: images.berth, edgeImage: images.edge, engineFolder })

const has = (found: readonly Named[], name: string) => found.some((it) => it.name === name)

function refuseOthers(settings: JoinSettings, facts: JoiningFacts, { mayLeaveSwarm }: JoiningRules): void {
  if (facts.name !== settings.machine) {
    throw new PlatformError(
      'conflict',
      `This machine is called ${facts.name}, and the token is for ${settings.machine}`,
      { hint: `Make one for it: berth machines join-command ${facts.name}` },
    )
  }
  if (facts.swarm === 'other' && !mayLeaveSwarm) {
    throw new PlatformError(
      'conflict',
      'The engine of this machine is in a swarm already, and not in that of this cluster',
      {
        hint: 'If nothing needs that swarm any more: docker swarm leave --force. Then run this again',
      },
    )
  }
  const foreign = [...facts.networks, ...facts.volumes, ...(facts.agent ? [facts.agent] : [])].filter(
    ({ isOurs }) => !isOurs,
  )
  if (foreign.length === 0) return
  const names = [...new Set(foreign.map(({ name }) => name))].join(', ')
  throw new PlatformError('conflict', `The engine has things with Berth's names that Berth did not make: ${names}`, {
    hint: 'Rename or remove them, then run this again. Nothing was changed.',
  })
}

export function describeJoining(step: JoiningStep): string {
  switch (step.kind) {
    case 'bringImages':
      return 'Bring the images'
    case 'leaveSwarm':
      return 'Leave the former swarm'
    case 'createNetwork':
      return `Make the network ${step.name}`
    case 'createVolume':
      return `Make the volume ${step.name}`
    case 'removeAgent':
      return 'Remove the former agent'
    case 'createAgent':
      return 'Make the agent'
    case 'redeemToken':
      return 'Get a certificate for the token'
    case 'joinSwarm':
      return 'Join the swarm'
    case 'startAgent':
      return 'Start the agent'
  }
}
