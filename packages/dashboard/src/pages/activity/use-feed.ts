import { type ActivityEvent, listActivity, type PlatformError } from '@berth/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '#api/client.ts'
import { callKey } from '#api/use-call.ts'
import { useRecentActivity } from '#live/use-live.ts'
import { mergeEvents } from './feed.ts'

const pageSize = 100

/** All that is known so far of what happened, newest first, with a way to ask for what is older. */
export function useFeed(app: string | undefined) {
  const recent = useRecentActivity()
  const asked = useInfiniteQuery<
    ActivityEvent[],
    PlatformError,
    { pages: ActivityEvent[][] },
    readonly unknown[],
    string | undefined
  >({
    queryKey: [...callKey(listActivity, { query: { limit: pageSize, app } }), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.call(listActivity, { query: { limit: pageSize, app, before: pageParam } }, { signal }),
    initialPageParam: undefined,
    getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)?.id),
    // What is newer comes by the live stream, and after a gap everything is asked again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const pages = asked.data?.pages
  const events = useMemo(
    () =>
      pages ? mergeEvents(app === undefined ? recent : recent.filter((event) => event.app === app), pages) : undefined,
    [pages, recent, app],
  )
  return {
    events,
    error: asked.error,
    retry: () => void (events ? asked.fetchNextPage() : asked.refetch()),
    hasOlder: asked.hasNextPage,
    isAskingOlder: asked.isFetchingNextPage,
    askOlder: () => void asked.fetchNextPage(),
  }
}
