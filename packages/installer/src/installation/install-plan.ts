import { PlatformError } from '@berth/contract'
import {
  type DesiredInstallation,
  type DesiredNetwork,
  type DesiredSecret,
  type PlatformContainer,
  type PlatformService,
  specHashOf,
} from './desired-installation.ts'

/** Something on the engine that has one of our names; it is ours only if it also has our label. */
export type Named = { name: string; id: string; isOurs: boolean }
export type ObservedService = Named & { specHash: string | undefined; version: number }
export type ObservedAgent = Named & { specHash: string | undefined; isRunning: boolean; hasValidIdentity: boolean }

export type ObservedInstallation = {
  networks: readonly Named[]
  volumes: readonly Named[]
  secrets: readonly Named[]
  services: readonly ObservedService[]
  agent: ObservedAgent | undefined
}

export type InstallStep =
  | { kind: 'createNetwork'; network: DesiredNetwork }
  | { kind: 'createVolume'; name: string }
  | { kind: 'createSecret'; secret: DesiredSecret }
  | { kind: 'createService'; service: PlatformService }
  | { kind: 'updateService'; service: PlatformService; id: string; fromVersion: number }
  | { kind: 'removeAgent'; id: string }
  | { kind: 'createAgent'; agent: PlatformContainer }
  | { kind: 'issueIdentity' }
  | { kind: 'stopAgent' }
  | { kind: 'startAgent' }
  | { kind: 'removeSecret'; name: string; id: string }

/** Only what is missing or differs. A thing of our name without our label ends it before the first change. */
export function planInstall(desired: DesiredInstallation, observed: ObservedInstallation): InstallStep[] {
  refuseForeign(desired, observed)
  return [
    ...missing(desired.networks, observed.networks).map((network): InstallStep => ({ kind: 'createNetwork', network })),
    ...desired.volumes
      .filter((name) => !observed.volumes.some((volume) => volume.name === name))
      .map((name): InstallStep => ({ kind: 'createVolume', name })),
    ...missing(desired.secrets, observed.secrets).map((secret): InstallStep => ({ kind: 'createSecret', secret })),
    ...desired.services.flatMap((service) => planService(service, observed.services)),
    ...planAgent(desired.agent, observed.agent),
    // Last: a secret can only go once no service reads it any more.
    ...observed.secrets
      .filter(({ name, isOurs }) => isOurs && !desired.secrets.some((secret) => secret.name === name))
      .map(({ name, id }): InstallStep => ({ kind: 'removeSecret', name, id })),
  ]
}

const missing = <Wanted extends { name: string }>(wanted: readonly Wanted[], found: readonly Named[]): Wanted[] =>
  wanted.filter(({ name }) => !found.some((it) => it.name === name))

function planService(service: PlatformService, observed: readonly ObservedService[]): InstallStep[] {
  const found = observed.find(({ name }) => name === service.name)
  if (!found) return [{ kind: 'createService', service }]
  if (found.specHash === specHashOf(service)) return []
  return [{ kind: 'updateService', service, id: found.id, fromVersion: found.version }]
}

function planAgent(agent: PlatformContainer, found: ObservedAgent | undefined): InstallStep[] {
  const identity: InstallStep[] = found?.hasValidIdentity ? [] : [{ kind: 'issueIdentity' }]
  const start: InstallStep = { kind: 'startAgent' }
  if (!found) return [{ kind: 'createAgent', agent }, ...identity, start]
  if (found.specHash !== specHashOf(agent)) {
    return [{ kind: 'removeAgent', id: found.id }, { kind: 'createAgent', agent }, ...identity, start]
  }
  if (!found.hasValidIdentity && found.isRunning) return [{ kind: 'stopAgent' }, ...identity, start]
  return found.isRunning ? [] : [...identity, start]
}

function refuseForeign(desired: DesiredInstallation, observed: ObservedInstallation): void {
  const kinds: [string, readonly { name: string }[], readonly Named[]][] = [
    ['network', desired.networks, observed.networks],
    ['volume', desired.volumes.map((name) => ({ name })), observed.volumes],
    ['secret', desired.secrets, observed.secrets],
    ['service', desired.services, observed.services],
    ['container', [desired.agent], observed.agent ? [observed.agent] : []],
  ]
  const foreign = kinds.flatMap(([kind, wanted, found]) =>
    found
      .filter(({ name, isOurs }) => !isOurs && wanted.some((it) => it.name === name))
      .map(({ name }) => `${kind} ${name}`),
  )
  if (foreign.length === 0) return
  throw new PlatformError(
    'conflict',
    `The engine has things with Berth's names that Berth did not make: ${foreign.join(', ')}`,
    {
      hint: 'Rename or remove them, then run it again. Nothing of Berth was changed.',
    },
  )
}

export function describeStep(step: InstallStep): string {
  switch (step.kind) {
    case 'createNetwork':
      return `Make the network ${step.network.name}`
    case 'createVolume':
      return `Make the volume ${step.name}`
    case 'createSecret':
      return `Store the secret ${step.secret.fileName}`
    case 'createService':
      return `Start ${step.service.name}`
    case 'updateService':
      return `Change ${step.service.name}`
    case 'removeAgent':
      return 'Remove the former agent'
    case 'createAgent':
      return 'Make the agent'
    case 'issueIdentity':
      return "Issue this machine's certificate"
    case 'stopAgent':
      return 'Stop the agent'
    case 'startAgent':
      return 'Start the agent'
    case 'removeSecret':
      return `Remove the former secret ${step.name}`
  }
}
