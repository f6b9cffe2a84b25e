import { z } from 'zod'
import { tcpPortsOf, toIso } from './image-config.ts'
import { type ImageName, isOnDockerHub } from './image-name.ts'
import { registryReader } from './registry-reader.ts'

/** What an image says of itself; null where that could not be read. */
export type ImageDescription = {
  sizeBytes: number | null
  exposedPorts: number[] | null
  createdAt: string | null
}

const patienceMs = 5_000
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' }

const Blob = z.object({ digest: z.string(), size: z.number() })
const Index = z.object({
  manifests: z.array(
    z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
})
const Manifest = z.object({ config: Blob, layers: z.array(Blob) })
const Config = z.object({
  created: z.string().optional(),
  config: z.object({ ExposedPorts: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})

/**
 * Reads the manifest and the configuration of an image from its registry, as somebody without an account. Undefined
 * where the registry does not give them: that is known to be no fault of the image, since the engine has its digest.
 */
export async function readDescription(
  name: ImageName & { digest: string },
  signal?: AbortSignal,
  { fetch: ask = fetch, architecture = architectures[process.arch] ?? process.arch } = {},
): Promise<ImageDescription | undefined> {
  const patience = AbortSignal.timeout(patienceMs)
  const either = signal ? AbortSignal.any([signal, patience]) : patience
  const read = registryReader({ base: baseOf(name), repository: name.repository, fetch: ask, signal: either })
  try {
    const top = await read('manifests', name.digest)
    const index = Index.safeParse(top)
    const manifest = index.success ? await read('manifests', ourDigest(index.data, architecture)) : top
    const { config, layers } = Manifest.parse(manifest)
    const { created, config: settings } = Config.parse(await read('blobs', config.digest))
    return {
      sizeBytes: [config, ...layers].reduce((sum, { size }) => sum + size, 0),
      exposedPorts: tcpPortsOf(settings?.ExposedPorts),
      createdAt: toIso(created),
    }
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

function ourDigest({ manifests }: z.infer<typeof Index>, architecture: string): string {
  const ours = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === architecture)
  if (!ours) throw new Error(`No manifest for linux/${architecture}`)
  return ours.digest
}

/** As the engine does: plain HTTP only to this machine itself. */
function baseOf(name: ImageName): string {
  if (isOnDockerHub(name)) return 'https://registry-1.docker.io'
  const isThisMachine = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(name.registry)
  return `${isThisMachine ? 'http' : 'https'}://${name.registry}`
}
