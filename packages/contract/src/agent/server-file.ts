/**
 * What a machine fetches from the server as a stream of bytes, by HTTPS on the port of the channel, as it would be too much for an
 * answer there: the archive of a build that runs on it, the database for the backup that it writes.
 */
export type ServerFile = { kind: keyof typeof places; id: string }

/** Whose id it is. */
const places = { source: 'builds', database: 'backups' } as const

export const serverFilePath = ({ kind, id }: ServerFile): string => `/agent/${places[kind]}/${id}/${kind}`

/** Undefined for any other path. */
export function parseServerFilePath(path: string): ServerFile | undefined {
  const id = /^\/agent\/[a-z]+\/([\w-]{1,64})\/[a-z]+$/.exec(path)?.[1]
  if (id === undefined) return undefined
  const kinds = Object.keys(places) as ServerFile['kind'][]
  return kinds.map((kind) => ({ kind, id })).find((file) => serverFilePath(file) === path)
}
