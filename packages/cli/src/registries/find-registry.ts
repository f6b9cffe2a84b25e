import { listRegistries, PlatformError, type Registry } from '@berth/contract'
import type { Context } from '../command.ts'

/** By its host, or by its id where several projects have credentials for the same host. */
export async function findRegistry(hostOrId: string, { call }: Context): Promise<Registry> {
  const found = (await call(listRegistries, {})).filter(({ host, id }) => host === hostOrId || id === hostOrId)
  const [only] = found
  if (only && found.length === 1) return only
  throw new PlatformError(
    'registry_not_found',
    only ? `Several projects have credentials for ${hostOrId}` : `No credentials are stored for ${hostOrId}`,
    { hint: only ? 'Name one by its id: berth registries' : 'berth registries lists those that there are' },
  )
}
