import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import type { DesiredService, Engine } from '../engine.ts'
import { engineCall, engineStatus, findCall } from '../engine-failure.ts'
import { inspectImage } from '../image/inspect-image.ts'
import { signInToRegistry } from '../image/registry-sign-in.ts'
import { resolveImage } from '../image/resolve-image.ts'
import { hasRole, labelName, roleLabel } from '../labels.ts'
import { specHashOf } from '../spec-hash.ts'
import { clusterSettingsOf } from './cluster-settings.ts'
import { machinesOf } from './machines.ts'
import { networksOf } from './networks.ts'
import { clusterStateOf } from './observed.ts'
import { adjustedSpec, serviceSpecOf } from './service-spec.ts'
import type { SwarmNode, SwarmServiceSpec, SwarmTask } from './swarm-types.ts'

/** The cluster, as a manager's own engine gives it. */
export function swarmEngine({ docker }: { docker: Dockerode }): Engine {
  return {
    observe: (signal) => observe(docker, signal),
    createService: (service, signal) => createService(docker, service, signal),
    updateService: (service, fromVersion, signal) => updateService(docker, service, { fromVersion, signal }),
    removeService: (name, signal) => removeService(docker, name, signal),
    ...networksOf(docker),
    ...machinesOf(docker),
    ...clusterSettingsOf(docker),
    resolveImage: (request, options = {}) => resolveImage(docker, request, options),
    signInToRegistry: (credentials, signal) => signInToRegistry(docker, credentials, signal),
    inspectImage: (image, signal) => inspectImage(docker, image, signal),
  }
}

async function observe(docker: Dockerode, abortSignal: AbortSignal | undefined) {
  const [services, tasks, nodes] = await engineCall('list what runs in the cluster', abortSignal, () =>
    Promise.all([
      docker.listServices({ filters: { label: [roleLabel('app')] }, abortSignal }),
      docker.listTasks({ abortSignal }) as Promise<SwarmTask[]>,
      docker.listNodes({ abortSignal }) as Promise<SwarmNode[]>,
    ]),
  )
  return clusterStateOf({ services, tasks, nodes })
}

async function createService(docker: Dockerode, service: DesiredService, abortSignal: AbortSignal | undefined) {
  const { name, app } = service
  const wasCreated = await engineCall(`create the service ${name}`, abortSignal, async () => {
    try {
      await docker.createService({ ...serviceSpecOf(service), abortSignal })
      return true
    } catch (error) {
      if (engineStatus(error) === 409) return false
      throw error
    }
  })
  if (wasCreated) return
  const found = await findOwn(docker, name, abortSignal)
  if (found && found.Spec?.Labels?.[labelName.app] !== app) {
    throw new PlatformError('conflict', `The service ${name} exists already and belongs to another app`)
  }
}

async function updateService(
  docker: Dockerode,
  service: DesiredService,
  { fromVersion, signal: abortSignal }: { fromVersion: number; signal: AbortSignal | undefined },
) {
  const { name } = service
  const found = await findOwn(docker, name, abortSignal)
  if (!found?.Spec) throw new PlatformError('conflict', `The service ${name} is no longer there to be updated`)
  const isOnlyAdjusted = found.Spec.Labels?.[labelName.spec] === specHashOf(service)
  // From the spec that is there, not from ours: ours may give more details since, and that would restart everything.
  const spec = isOnlyAdjusted ? adjustedSpec(found.Spec as SwarmServiceSpec, service) : serviceSpecOf(service)
  await engineCall(`update the service ${name}`, abortSignal, () =>
    // Said apart, or else the client writes the whole spec into the URL, too.
    docker.getService(found.ID).update({ _query: { version: fromVersion }, _body: spec, abortSignal }),
  )
}

async function removeService(docker: Dockerode, name: string, abortSignal: AbortSignal | undefined) {
  const found = await findOwn(docker, name, abortSignal)
  if (!found) return
  await findCall(`remove the service ${name}`, abortSignal, () => docker.getService(found.ID).remove({ abortSignal }))
}

async function findOwn(docker: Dockerode, name: string, abortSignal: AbortSignal | undefined) {
  const found = (await findCall(`look at the service ${name}`, abortSignal, () =>
    docker.getService(name).inspect({ abortSignal }),
  )) as Dockerode.Service | undefined
  // The engine also finds by the beginning of an id.
  if (!found || found.Spec?.Name !== name) return undefined
  if (hasRole(found.Spec.Labels, 'app')) return found
  throw new PlatformError('conflict', `A service named ${name} exists already and is not an app of Berth`, {
    hint: 'Rename or remove it: docker service ls shows it',
  })
}
