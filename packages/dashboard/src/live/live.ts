import { client } from '#api/client.ts'
import { queryClient } from '#api/query-client.ts'
import { noticeError } from '#api/session.ts'
import { createLiveStore } from './live-store.ts'

/** The one stream of this page. */
export const live = createLiveStore({
  client,
  onError: noticeError,
  onCaughtUp: () => void queryClient.invalidateQueries(),
})
