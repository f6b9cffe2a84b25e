import { ImageRef } from './names.ts'

const ownRegistry = /^(127\.0\.0\.1:5000|localhost:5000|berth-registry(:5000)?)$/

/**
 * Where a build is pushed to, beside the cluster's registry. The registry's host is always said, so that nothing goes to
 * Docker Hub by mistake, and so is the tag.
 */
export const PushTarget = ImageRef.superRefine((name, context) => {
  const message = ImageRef.safeParse(name).success ? faultOf(name) : undefined
  if (message) context.addIssue({ code: 'custom', message })
})

function faultOf(name: string): string | undefined {
  if (name.includes('@')) return 'name a tag such as ghcr.io/me/shop:1.2; the digest is known only once it is built'
  const slashAt = name.indexOf('/')
  const host = name.slice(0, Math.max(slashAt, 0))
  if (!/[.:]/.test(host) && host !== 'localhost') {
    return `begin with the host of the registry: docker.io/${slashAt < 0 ? `me/${name}` : name} for Docker Hub`
  }
  if (ownRegistry.test(host)) return `${host} is the cluster's own registry, where each build goes anyway`
  if (!name.slice(name.lastIndexOf('/')).includes(':')) return `end with a tag: ${name}:1.2`
  return undefined
}
