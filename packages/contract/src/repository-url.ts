import { z } from 'zod'

const example = 'such as https://example.org/team/shop.git'
const forms = 'use its URL for cloning, over https://, http:// or SSH'

/** `git@example.org:team/shop.git`, as forges show it. */
const scpForm = /^(?:([A-Za-z0-9_][\w.-]*)@)?([A-Za-z0-9][\w.-]*):(?![-/]{2}|-)([^:]+)$/
const sshForm = /^ssh:\/\/(?:[A-Za-z0-9_][\w.-]*@)?(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?\/(?!-)/

/** What is wrong with the address of a repository, in words that say what to do; undefined if nothing is. */
export function findUrlFault(url: string): string | undefined {
  // What is decoded later must be harmless then, too.
  if (/[\s\p{Cc}]|%(?:[01][0-9a-f]|7f)/iu.test(url)) return 'it has a space or a control character; leave that out'
  if (isOverSsh(url)) return findSshFault(url)
  if (!/^https?:\/\//.test(url)) return `${forms}, ${example}`
  if (!/^[\w.~:/?#[\]@!$&'()*+,;=%-]+$/.test(url)) return 'it has a character that no URL has; write that as %..'
  if (/[?#]/.test(url)) return 'leave out "?" and "#" and what follows; a branch, tag or commit is named by ref (--ref)'
  if (!URL.canParse(url)) return `it is no URL; use one ${example}`
  // Credentials would be kept and shown with the build.
  if (/^https?:\/\/[^/]*@/.test(url)) {
    return 'leave out the user and the password; those of a private repository are stored: berth repositories add'
  }
  return undefined
}

/** Git hands host, user and path to another program, so only what is plainly one of those is let through. */
function findSshFault(url: string): string | undefined {
  if (!isScp(url) && /^ssh:\/\/[^/]*:[^/]*@/.test(url)) return 'leave out the password; SSH is let in by a deploy key'
  const isPlain = (isScp(url) || sshForm.test(url)) && /^[\w.~:/[\]@+,=%-]+$/.test(url)
  const isInside = !/(?:^|[/:])\.\.?(?:\/|$)/.test(url)
  return isPlain && isInside ? undefined : `${forms}, such as git@example.org:team/shop.git`
}

export const isOverSsh = (url: string): boolean => url.startsWith('ssh://') || isScp(url)

const isScp = (url: string) => !url.includes('://') && !url.includes('::') && scpForm.test(url)

/** Private addresses are allowed, since people run forges at home. */
export const RepositoryUrl = z
  .string()
  .max(2048)
  .superRefine((url, context) => {
    const message = findUrlFault(url)
    if (message) context.addIssue({ code: 'custom', message })
  })

/** A repository's URL taken apart: how and with whom one speaks (`ssh://example.org:2222`), and of what. */
export type RepositoryPlace = { transport: 'http' | 'ssh'; origin: string; path: string }

/** Of a URL that `findUrlFault` has nothing against. */
export function placeOf(url: string): RepositoryPlace {
  const [, , host, scpPath] = (isScp(url) && scpForm.exec(url)) || []
  const { protocol, hostname, port, pathname } = new URL(host ? `ssh://${host}/${scpPath}` : url)
  const transport = protocol === 'ssh:' ? 'ssh' : 'http'
  const shownPort = port && !(transport === 'ssh' && port === '22') ? `:${port}` : ''
  const path = pathname
    .replace(/\/+/g, '/')
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
  return { transport, origin: `${protocol}//${hostname.toLowerCase()}${shownPort}`, path }
}

/** Origin and path as one, without what makes no difference: a user, `.git`, a slash at the end. */
export const canonicalUrl = (url: string): string => {
  const { origin, path } = placeOf(url)
  return `${origin}${path}`
}

/** Whether a repository is the one that a prefix names, or lies below it. */
export function isBelow(url: string, prefix: string): boolean {
  const [repository, above] = [canonicalUrl(url), canonicalUrl(prefix)]
  // Some servers decode these before they look: it would be another path there.
  if (/%2[ef]|%5c/i.test(repository)) return false
  return repository === above || repository.startsWith(`${above}/`)
}

/** A branch, a tag or a whole commit. No option of git begins like one, and no two of them can be in one. */
export const RepositoryRef = z
  .string()
  .max(255)
  .regex(
    /^(?![-+/.])(?!.*(?:\.\.|\/\/|\/\.|\.lock$))[\w./@+#=,%!-]*[\w@+#=,%!-]$/,
    'use the name of a branch or a tag, or all 40 characters of a commit',
  )
