/** A host, a URL, or SSH's short form, as the URL that the server takes. */
export function readPrefix(text: string, { isSsh }: { isSsh: boolean }): string {
  const [, user = '', host = '', path = ''] = /^([\w.-]+@)?([\w.-]+|\[[\da-f:]+\])(?:[:/](.*))?$/i.exec(text) ?? []
  if (text.includes('://') || !host) return withSlash(text)
  if (!isSsh) return `https://${text}`
  const isPort = /^\d{1,5}(\/|$)/.test(path) && text.includes(':')
  return withSlash(`ssh://${user}${host}${isPort ? `:${path}` : `/${path}`}`)
}

/** Of a host alone: what has no path would be no URL of a repository. */
const withSlash = (url: string) => (/^ssh:\/\/[^/]+$/.test(url) ? `${url}/` : url)
