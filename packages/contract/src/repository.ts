import { z } from 'zod'

const example = 'such as https://example.org/team/shop.git'

/** What is wrong with the address of a repository, in words that say what to do; undefined if nothing is. */
export function findUrlFault(url: string): string | undefined {
  // What is decoded later must be harmless then, too.
  if (/[\s\p{Cc}]|%(?:[01][0-9a-f]|7f)/iu.test(url)) return 'it has a space or a control character; leave that out'
  if (!/^https?:\/\//.test(url)) {
    return `only public repositories over https:// or http:// are fetched; use its URL for that, ${example}`
  }
  if (!/^[\w.~:/?#[\]@!$&'()*+,;=%-]+$/.test(url)) return 'it has a character that no URL has; write that as %..'
  if (/[?#]/.test(url)) return 'leave out "?" and "#" and what follows; a branch, tag or commit is named by ref (--ref)'
  if (!URL.canParse(url)) return `it is no URL; use one ${example}`
  // Credentials would be kept and shown with the build.
  if (/^https?:\/\/[^/]*@/.test(url)) return 'leave out the user and the password; only public repositories are fetched'
  return undefined
}

/** Of a public repository. Private addresses are allowed, since people run forges at home. */
export const RepositoryUrl = z
  .string()
  .max(2048)
  .superRefine((url, context) => {
    const message = findUrlFault(url)
    if (message) context.addIssue({ code: 'custom', message })
  })

/** A branch, a tag or a whole commit. No option of git begins like one, and no two of them can be in one. */
export const RepositoryRef = z
  .string()
  .max(255)
  .regex(
    /^(?![-+/.])(?!.*(?:\.\.|\/\/|\/\.|\.lock$))[\w./@+#=,%!-]*[\w@+#=,%!-]$/,
    'use the name of a branch or a tag, or all 40 characters of a commit',
  )
