import { listRepositories, PlatformError, type Repository } from '@berth/contract'
import type { Context } from '../command.ts'
import { readPrefix } from './prefix-argument.ts'

/** By its prefix, or by its id where several projects have credentials for the same. */
export async function findRepository(prefixOrId: string, { call }: Context): Promise<Repository> {
  const names = [prefixOrId, ...[true, false].map((isSsh) => readPrefix(prefixOrId, { isSsh }))]
  const found = (await call(listRepositories, {})).filter(
    ({ prefix, id }) => names.includes(prefix) || id === prefixOrId,
  )
  const [only] = found
  if (only && found.length === 1) return only
  throw new PlatformError(
    'repository_not_found',
    only ? `Several credentials are stored for ${prefixOrId}` : `No credentials are stored for ${prefixOrId}`,
    { hint: only ? 'Name one by its id: berth repositories' : 'berth repositories lists those that there are' },
  )
}
