import type { FeedState } from './log-feed.ts'

export const feedWords: Record<FeedState['kind'], string> = {
  connecting: 'Connecting …',
  live: 'Live',
  broken: 'The connection broke. Trying again; nothing that was written meanwhile is lost',
  over: 'Not connected',
  ended: 'Ended',
}
