import type { Image } from '@berth/contract'
import type Dockerode from 'dockerode'
import { findCall } from '../engine-failure.ts'
import { tcpPortsOf, toIso } from './image-config.ts'
import { type ImageName, parseImageName, withDigest, withTag } from './image-name.ts'
import { type ImageDescription, readDescription } from './registry-description.ts'
import { clusterRegistry } from './registry-patience.ts'
import { askRegistry } from './resolve-image.ts'

/** Stands in for the registries' HTTP API in tests. */
export type ReadDescription = typeof readDescription

/** See Engine.inspectImage. */
export async function inspectImage(
  docker: Dockerode,
  image: string,
  signal?: AbortSignal,
  read: ReadDescription = readDescription,
): Promise<Image> {
  const name = parseImageName(image)
  const answer = await askRegistry(docker, name, signal)
  if ('digest' in answer) {
    const { digest } = answer
    const description = (await read({ ...name, digest }, signal)) ?? (await describeLocal(docker, name, digest, signal))
    return { name: image, digest, source: 'registry', ...(description ?? unknown) }
  }
  // As for a deployment: what Berth's own registry has lost is not looked for here.
  const local = name.registry === clusterRegistry && !name.digest ? undefined : await findLocal(docker, name, signal)
  if (!local) throw answer.failure
  return { name: image, digest: name.digest ?? null, source: 'machine', ...describe(local), sizeBytes: local.Size }
}

const unknown: ImageDescription = { sizeBytes: null, exposedPorts: null, createdAt: null }

/** All but the size: what is unpacked here says nothing of what a registry sends. */
async function describeLocal(docker: Dockerode, name: ImageName, digest: string, signal: AbortSignal | undefined) {
  const found = await findLocal(docker, { ...name, digest }, signal)
  return found && describe(found)
}

/** Only by its full name: the engine would also take the beginning of an id. */
async function findLocal(docker: Dockerode, name: ImageName, signal: AbortSignal | undefined) {
  const full = name.digest ? withDigest(name, name.digest) : withTag(name)
  const found = await findCall(`look for ${full} among its images`, signal, () => docker.getImage(full).inspect())
  return [...(found?.RepoTags ?? []), ...(found?.RepoDigests ?? [])].includes(full) ? found : undefined
}

const describe = ({ Config, Created }: Dockerode.ImageInspectInfo): ImageDescription => ({
  sizeBytes: null,
  exposedPorts: tcpPortsOf(Config?.ExposedPorts),
  createdAt: toIso(Created),
})
