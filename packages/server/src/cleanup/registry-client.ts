import { PlatformError } from '@berth/contract'
import { z } from 'zod'
import type { RegistryImage } from './registry-plan.ts'

/** How each machine names what is in the cluster's registry. */
const ownRegistry = '127.0.0.1:5000'

const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ')

const Descriptor = z.object({ digest: z.string(), size: z.int() })
const Manifest = z.object({
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
  manifests: z.array(Descriptor).optional(),
})

export interface RegistryClient {
  /** All images with a tag, and of these names those that are there. Throws `registry_unreachable`. */
  list(names: readonly string[], signal: AbortSignal): Promise<RegistryImage[]>
  /** Idempotent. */
  remove(image: RegistryImage, keep: ReadonlySet<string>, signal: AbortSignal): Promise<void>
  /** Gives an image, named with its digest, this tag as well, and takes it from another one. Nothing where it is not there. */
  tag(name: string, tag: string, signal: AbortSignal): Promise<void>
}

type Contents = Pick<RegistryImage, 'blobs' | 'children' | 'createdAtMs'>

/** The cluster's own registry, as far as the server needs it. */
export function registryClient({ url }: { url: string }): RegistryClient {
  // What a digest stands for never changes.
  let known = new Map<string, Contents>()

  async function ask(path: string, signal: AbortSignal, init: RequestInit = {}): Promise<Response | undefined> {
    const answer = await fetch(`${url}/v2/${path}`, { ...init, signal }).catch((cause: unknown) => {
      signal.throwIfAborted()
      throw new PlatformError('registry_unreachable', 'Berth’s registry does not answer', { cause })
    })
    if (answer.ok) return answer
    await answer.body?.cancel()
    if (answer.status === 404) return undefined
    throw new PlatformError('registry_unreachable', `Berth’s registry answers ${answer.status}`)
  }

  const askJson = async (path: string, signal: AbortSignal): Promise<unknown> => (await ask(path, signal))?.json()

  /** Page by page: the registry gives a hundred names at a time. */
  async function listRepositories(signal: AbortSignal): Promise<string[]> {
    const found: string[] = []
    for (let path: string | undefined = '_catalog?n=1000'; path; ) {
      const answer: Response | undefined = await ask(path, signal)
      const { repositories } = z.object({ repositories: z.array(z.string()).nullable() }).parse(await answer?.json())
      found.push(...(repositories ?? []))
      path = /<\/v2\/([^>]+)>;\s*rel="next"/.exec(answer?.headers.get('link') ?? '')?.[1]
    }
    return found
  }

  async function tagsOf(repository: string, signal: AbortSignal): Promise<Map<string, string[]>> {
    const listed = await askJson(`${repository}/tags/list`, signal)
    const { tags } = z.object({ tags: z.array(z.string()).nullable() }).parse(listed ?? { tags: null })
    const byDigest = new Map<string, string[]>()
    for (const tag of tags ?? []) {
      const digest = await digestOfTag(repository, tag, signal)
      if (digest) byDigest.set(digest, [...(byDigest.get(digest) ?? []), tag])
    }
    return byDigest
  }

  async function digestOfTag(repository: string, tag: string, signal: AbortSignal) {
    const path = `${repository}/manifests/${tag}`
    const answer = await ask(path, signal, { method: 'HEAD', headers: { accept: manifestTypes } })
    return answer?.headers.get('docker-content-digest') ?? undefined
  }

  async function contentsOf(repository: string, digest: string, signal: AbortSignal): Promise<Contents | undefined> {
    const before = known.get(digest)
    if (before) return before
    const path = `${repository}/manifests/${digest}`
    const answer = await ask(path, signal, { headers: { accept: manifestTypes } })
    if (!answer) return undefined
    const { config, layers = [], manifests = [] } = Manifest.parse(await answer.json())
    const below = await Promise.all(manifests.map((child) => contentsOf(repository, child.digest, signal)))
    const own = [...(config ? [config] : []), ...layers].map(({ digest, size }) => ({ digest, sizeBytes: size }))
    const created = config ? await createdOf(repository, config.digest, signal) : null
    return {
      blobs: [...own, ...below.flatMap((child) => child?.blobs ?? [])],
      children: manifests.map((child) => child.digest),
      createdAtMs: created ?? below.find((child) => child?.createdAtMs)?.createdAtMs ?? null,
    }
  }

  async function createdOf(repository: string, digest: string, signal: AbortSignal): Promise<number | null> {
    const config = z
      .object({ created: z.string().optional() })
      .safeParse(await askJson(`${repository}/blobs/${digest}`, signal).catch(() => undefined))
    const createdAtMs = Date.parse(config.data?.created ?? '')
    return Number.isNaN(createdAtMs) ? null : createdAtMs
  }

  async function listRepository(repository: string, names: readonly string[], signal: AbortSignal) {
    const byDigest = await tagsOf(repository, signal)
    const prefix = `${ownRegistry}/${repository}@`
    for (const name of names.filter((each) => each.startsWith(prefix))) {
      const digest = name.slice(prefix.length)
      if (!byDigest.has(digest)) byDigest.set(digest, [])
    }
    const images: RegistryImage[] = []
    for (const [digest, tags] of byDigest) {
      const contents = await contentsOf(repository, digest, signal)
      if (contents) images.push({ app: repository, name: `${prefix}${digest}`, tags, ...contents })
    }
    return images
  }

  return {
    async list(names, signal) {
      const images: RegistryImage[] = []
      for (const repository of await listRepositories(signal)) {
        images.push(...(await listRepository(repository, names, signal)))
      }
      known = new Map(
        images.map(({ name, blobs, children, createdAtMs }) => [
          name.slice(name.indexOf('@') + 1),
          { blobs, children, createdAtMs },
        ]),
      )
      return images
    },

    async remove({ app, name, children }, keep, signal) {
      const digests = [name.slice(name.indexOf('@') + 1), ...children.filter((child) => !keep.has(child))]
      for (const digest of digests) {
        await ask(`${app}/manifests/${digest}`, signal, { method: 'DELETE' })
        known.delete(digest)
      }
    },

    async tag(name, tag, signal) {
      const [repository, digest] = name.slice(ownRegistry.length + 1).split('@')
      const path = `${repository}/manifests`
      const found = await ask(`${path}/${digest}`, signal, { headers: { accept: manifestTypes } })
      if (!found) return
      // Byte for byte, or it would be another digest.
      const headers = { 'content-type': found.headers.get('content-type') ?? '' }
      await ask(`${path}/${tag}`, signal, { method: 'PUT', headers, body: await found.arrayBuffer() })
    },
  }
}
