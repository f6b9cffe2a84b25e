import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import type { Engine } from '../engine.ts'
import { engineCall, engineStatus, engineWords, findCall } from '../engine-failure.ts'
import { hasRole, labelName } from '../labels.ts'

export const networksOf = (docker: Dockerode): Pick<Engine, 'ensureNetwork' | 'removeNetwork'> => ({
  ensureNetwork: (name, signal) => ensureNetwork(docker, name, signal),
  removeNetwork: (name, signal) => removeNetwork(docker, name, signal),
})

async function ensureNetwork(docker: Dockerode, name: string, signal: AbortSignal | undefined) {
  if (await findOwn(docker, name, signal)) return
  const wasCreated = await engineCall(`create the network ${name}`, signal, () => create(docker, name, signal))
  if (!wasCreated) await findOwn(docker, name, signal)
}

/** False if someone else made one of that name a moment ago. */
async function create(docker: Dockerode, name: string, abortSignal: AbortSignal | undefined): Promise<boolean> {
  try {
    await docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: 'overlay',
      // So that the edges, which are plain containers, can be joined to it.
      Attachable: true,
      Labels: { [labelName.role]: 'network' },
      abortSignal,
    })
    return true
  } catch (error) {
    if (engineStatus(error) === 409) return false
    throw error
  }
}

async function removeNetwork(docker: Dockerode, name: string, abortSignal: AbortSignal | undefined) {
  const found = await findOwn(docker, name, abortSignal)
  if (!found) return
  await findCall(`remove the network ${name}`, abortSignal, async () => {
    try {
      await docker.getNetwork(found.Id).remove({ abortSignal })
    } catch (error) {
      if (!/in use|active endpoints/i.test(engineWords(error))) throw error
    }
  })
}

async function findOwn(docker: Dockerode, name: string, abortSignal: AbortSignal | undefined) {
  const filters = { name: [name], driver: ['overlay'] }
  const networks = await engineCall(`look at the network ${name}`, abortSignal, () =>
    docker.listNetworks({ filters, abortSignal }),
  )
  // The filter takes any part of a name.
  const found = networks.find(({ Name }) => Name === name)
  if (!found || hasRole(found.Labels, 'network')) return found
  throw new PlatformError('conflict', `A network named ${name} exists already and is not Berth's`, {
    hint: 'Rename or remove it: docker network ls shows it',
  })
}
