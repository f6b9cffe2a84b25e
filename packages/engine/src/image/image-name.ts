import { ImageRef, PlatformError } from '@berth/contract'

/** The parts of a name such as `registry.example.org/team/app:1.2`. */
export type ImageName = {
  /** Host of the registry; `docker.io` when the name gives none. */
  registry: string
  /** Within the registry, such as `library/nginx`. */
  repository: string
  tag: string
  digest: string | undefined
  /** Registry and repository as people write them: `nginx`, `registry.example.org/team/app`. */
  familiar: string
}

const dockerHub = 'docker.io'
const hubHosts = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io'])

export const isOnDockerHub = ({ registry }: ImageName) => registry === dockerHub

/** Throws `image_invalid`. */
export function parseImageName(image: string): ImageName {
  const checked = ImageRef.safeParse(image)
  if (!checked.success) {
    throw new PlatformError('image_invalid', `"${image}" is not an image name: ${checked.error.issues[0]?.message}`, {
      hint: /[A-Z]/.test(image) ? 'Only the tag may have capital letters' : undefined,
    })
  }
  const [named = '', digest] = image.split('@')
  const tagAt = named.lastIndexOf(':')
  const hasTag = tagAt > named.lastIndexOf('/')
  const path = hasTag ? named.slice(0, tagAt) : named
  return { ...splitRegistry(path), tag: hasTag ? named.slice(tagAt + 1) : 'latest', digest }
}

/** `nginx:1.27`, with the tag even if it was left out. */
export const withTag = ({ familiar, tag }: ImageName) => `${familiar}:${tag}`
export const withDigest = ({ familiar }: ImageName, digest: string) => `${familiar}@${digest}`

/** The part before the first "/" is a host only if it looks like one: `team/app` is on Docker Hub. */
function splitRegistry(path: string): Pick<ImageName, 'registry' | 'repository' | 'familiar'> {
  const slashAt = path.indexOf('/')
  const first = path.slice(0, Math.max(slashAt, 0))
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost'
  if (isHost && !hubHosts.has(first)) {
    return { registry: first, repository: path.slice(slashAt + 1), familiar: path }
  }
  const rest = isHost ? path.slice(slashAt + 1) : path
  const repository = rest.includes('/') ? rest : `library/${rest}`
  return { registry: dockerHub, repository, familiar: repository.replace(/^library\//, '') }
}
