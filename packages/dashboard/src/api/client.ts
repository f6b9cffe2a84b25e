import { createClient } from '@berth/contract'

/** Calls the server that the page came from; the session cookie goes along by itself. */
export const client = createClient({ baseUrl: globalThis.location?.origin ?? '' })
