import type Dockerode from 'dockerode'
import { engineCall, findCall } from '../engine-failure.ts'
import { roleLabel } from '../labels.ts'
import { createTrialNetwork, probe, removeTrial, startTrial, waitForTrial } from './trial-containers.ts'
import { type TrialEngine, trialImages } from './trial-engine.ts'
import { describeImage, flattenImage, loadTrialImage } from './trial-images.ts'

/** Trials on this machine's own engine. */
export const trialEngine = ({ docker }: { docker: Dockerode }): TrialEngine => ({
  describeImage: (image, signal) => describeImage(docker, image, signal),
  flattenImage: (imageId, signal) => flattenImage(docker, imageId, signal),
  loadTrialImage: (archive, name, signal) => loadTrialImage(docker, archive, { name, signal }),
  createTrialNetwork: (signal) => createTrialNetwork(docker, signal),
  startTrial: (spec, signal) => startTrial(docker, spec, signal),
  waitForTrial: (id, signal) => waitForTrial(docker, id, signal),
  removeTrial: (id) => removeTrial(docker, id),
  probe: (spec, signal) => probe(docker, spec, signal),
  removeTrials: () => removeTrials(docker),
})

const ofTrials = { filters: { label: [roleLabel('trial')] } }

/** In this order: a network goes when nothing is on it, an image when nothing runs from it. */
async function removeTrials(docker: Dockerode): Promise<void> {
  const containers = await engineCall('list what trials left', undefined, () =>
    docker.listContainers({ all: true, ...ofTrials }),
  )
  for (const { Id } of containers) await removeTrial(docker, Id)
  const networks = await engineCall('list the networks of trials', undefined, () => docker.listNetworks(ofTrials))
  for (const { Id } of networks) {
    await findCall('remove the network of a trial', undefined, () => docker.getNetwork(Id).remove())
  }
  const images = await engineCall('list the images of trials', undefined, () =>
    docker.listImages({ filters: trialImages }),
  )
  for (const name of images.flatMap(({ RepoTags }) => RepoTags ?? [])) {
    await findCall('remove the image of a trial', undefined, () => docker.getImage(name).remove())
  }
}
