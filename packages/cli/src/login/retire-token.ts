import { createClient, PlatformError, removeToken } from '@berth/contract'
import { httpFetch } from '../http-fetch.ts'
import type { Login } from '../login-store.ts'

/** Makes a token worthless that was made for this machine's login; one that is so already is as good. */
export async function retireToken({ url, token, tokenId }: Login, signal: AbortSignal): Promise<void> {
  if (!tokenId) return
  const client = createClient({ baseUrl: url, token, fetch: httpFetch })
  await client.call(removeToken, { params: { tokenId } }, { signal }).catch((error) => {
    if (error instanceof PlatformError && ['not_found', 'unauthenticated'].includes(error.code)) return
    throw error
  })
}
