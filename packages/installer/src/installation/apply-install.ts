import type { KeyedCertificate } from '@berth/identity'
import type Docker from 'dockerode'
import { agentContainer, roleLabel } from '../names.ts'
import type { DesiredNetwork, DesiredSecret, PlatformService } from './desired-installation.ts'
import { containerSpec, serviceSpec } from './engine-spec.ts'
import type { InstallStep } from './install-plan.ts'
import { type CertifiedMachine, putIdentity } from './machine-identity.ts'

export type InstallContext = { docker: Docker; ca: KeyedCertificate; machine: CertifiedMachine; now: Date }

export async function applyInstallStep(step: InstallStep, context: InstallContext): Promise<unknown> {
  const { docker } = context
  const agent = docker.getContainer(agentContainer)
  switch (step.kind) {
    case 'createNetwork':
      return createNetwork(docker, step.network)
    case 'createVolume':
      return docker.createVolume({ Name: step.name, Labels: { [roleLabel]: 'volume' } })
    case 'createSecret':
      return createSecret(docker, step.secret)
    case 'createService':
      return docker.createService(await withSecrets(docker, step.service))
    case 'updateService':
      return docker
        .getService(step.id)
        .update({ version: step.fromVersion, ...(await withSecrets(docker, step.service)) })
    case 'removeAgent':
      return removeContainer(docker, step.id)
    case 'createAgent':
      return docker.createContainer(containerSpec(step.agent))
    case 'issueIdentity':
      return putIdentity(agent, context)
    case 'stopAgent':
      return agent.stop()
    case 'startAgent':
      return agent.start()
    case 'removeSecret':
      return docker.getSecret(step.id).remove()
  }
}

const createNetwork = (docker: Docker, { name, driver }: DesiredNetwork) =>
  docker.createNetwork({
    Name: name,
    Driver: driver,
    Attachable: driver === 'overlay',
    Labels: { [roleLabel]: 'network' },
  })

const createSecret = (docker: Docker, { name, content }: DesiredSecret) =>
  docker.createSecret({
    Name: name,
    Labels: { [roleLabel]: 'secret' },
    Data: Buffer.from(content).toString('base64'),
  })

async function withSecrets(docker: Docker, service: PlatformService) {
  const secrets = await docker.listSecrets()
  return serviceSpec(service, new Map(secrets.map(({ ID, Spec }) => [Spec?.Name ?? '', ID])))
}

/** Stopped first, so that it can finish what it is doing. */
async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id)
  await container.stop({ t: 10 }).catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 304) throw error // 304: it does not run.
  })
  await container.remove({ force: true })
}
