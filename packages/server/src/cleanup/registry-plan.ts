import type { CleanupStep } from '@berth/contract'
import { isReleaseTag } from '../releases/release-tags.ts'
import type { ImageNeeds } from './image-needs.ts'
import { removalReason } from './removal-reason.ts'

/** One image of the cluster's registry. */
export type RegistryImage = {
  /** That its repository is of. */
  app: string
  /** With digest, as releases name it. */
  name: string
  tags: readonly string[]
  /** With the manifests of an image for several platforms, whose digests are `children`. */
  blobs: readonly { digest: string; sizeBytes: number }[]
  children: readonly string[]
  createdAtMs: number | null
}

export type RegistryStep = CleanupStep & { kind: 'remove_from_registry'; removed: RegistryImage[] }

type Input = {
  /** The machine that holds the registry. */
  machine: string
  content: readonly RegistryImage[]
  needs: ImageNeeds
  app?: string | undefined
  nowMs: number
}

/** Berth tags what it pushes with the beginning of the image's id; the tag of a release is added to that. */
const ownTag = /^[0-9a-f]{12}$/

/** What may go from the registry. The space comes back when it collects what no image needs any more. */
export function planRegistry({ machine, content, needs, app, nowMs }: Input): RegistryStep[] {
  const owners = blobOwners(content)
  const steps: RegistryStep[] = []
  for (const image of content) {
    if ((app !== undefined && image.app !== app) || !isOwn(image, needs)) continue
    const reason = removalReason({ ...image, names: [image.name], sinceMs: image.createdAtMs }, needs, nowMs)
    if (!reason) continue
    const sizeBytes = owners.remove(image)
    const same = steps.find((step) => step.app === image.app && step.reason === reason)
    if (same) {
      same.images.push(image.name)
      same.removed.push(image)
      same.sizeBytes += sizeBytes
      continue
    }
    const what = { kind: 'remove_from_registry', machine, app: image.app } as const
    steps.push({ ...what, images: [image.name], removed: [image], sizeBytes, reason })
  }
  return steps
}

/** Any other tag was pushed by a person, who may also choose one that looks like a release's. */
function isOwn({ name, tags }: RegistryImage, { past }: ImageNeeds): boolean {
  const added = tags.filter((tag) => !ownTag.test(tag))
  return added.length === 0 || (added.every(isReleaseTag) && (added.length < tags.length || past.has(name)))
}

/** What all its images take, where those that they share count once. */
export function registryBytes(content: readonly RegistryImage[]): number {
  return [...sizesOf(content).values()].reduce((sum, size) => sum + size, 0)
}

function blobOwners(content: readonly RegistryImage[]) {
  const sizes = sizesOf(content)
  const owners = new Map<string, number>()
  for (const image of content) for (const digest of digestsOf(image)) owners.set(digest, (owners.get(digest) ?? 0) + 1)
  return {
    remove(image: RegistryImage): number {
      let freedBytes = 0
      for (const digest of digestsOf(image)) {
        const left = (owners.get(digest) ?? 1) - 1
        owners.set(digest, left)
        if (left === 0) freedBytes += sizes.get(digest) ?? 0
      }
      return freedBytes
    },
  }
}

const sizesOf = (content: readonly RegistryImage[]) =>
  new Map(content.flatMap(({ blobs }) => blobs.map(({ digest, sizeBytes }) => [digest, sizeBytes] as const)))

const digestsOf = ({ blobs }: RegistryImage) => new Set(blobs.map(({ digest }) => digest))
