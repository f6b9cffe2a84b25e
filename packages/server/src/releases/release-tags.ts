import type { ReleaseService } from './release-store.ts'

type Release = { app: string; version: number; services: readonly Pick<ReleaseService, 'name' | 'imageDigest'>[] }

const tagPattern = /^v\d+(-[a-z0-9-]+)?$/

export const isReleaseTag = (tag: string): boolean => tagPattern.test(tag)

/** By which tags the images of a release can be pulled: `shop:v3`, and `shop:v3-worker` for a service that is not its first. */
export function releaseTags({ app, version, services }: Release): { image: string; tag: string }[] {
  const own = `127.0.0.1:5000/${app}@`
  return services
    .map(({ name, imageDigest }, i) => ({ image: imageDigest, tag: i === 0 ? `v${version}` : `v${version}-${name}` }))
    .filter(({ image }) => image.startsWith(own))
}
