import type { ActivityEvent } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconActivity, IconArrowUp } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import { useApps, useLiveStatus } from '#live/use-live.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { describeExactTime } from '#parts/time-words.ts'
import classes from './activity.module.css'
import { ActivityFilter } from './activity-filter.tsx'
import { EventRow } from './event-row.tsx'
import { type Filter, groupByDay, matches } from './feed.ts'
import { useFeed } from './use-feed.ts'
import { useHeld } from './use-held.ts'

export function ActivityPage() {
  const [filter, setFilter] = useFilter()
  const feed = useFeed(filter.app)
  const apps = useApps()
  const appNames = useMemo(() => apps?.map(({ name }) => name) ?? [], [apps])
  return (
    <div className={classes.page}>
      <PageHead title="Activity" below="What happened to what you may see, by whom and when" />
      <ActivityFilter filter={filter} onChange={setFilter} events={feed.events ?? []} apps={appNames} />
      {feed.events ? (
        <Feed
          key={JSON.stringify(filter)}
          feed={{ ...feed, events: feed.events }}
          filter={filter}
          appNames={appNames}
          onClear={() => setFilter({})}
        />
      ) : feed.error ? (
        <ErrorBox title="What happened could not be loaded" error={feed.error} onRetry={feed.retry} />
      ) : (
        <Loading what="what happened" height="60vh" />
      )}
    </div>
  )
}

type FeedProps = {
  feed: ReturnType<typeof useFeed> & { events: ActivityEvent[] }
  filter: Filter
  appNames: readonly string[]
  onClear: () => void
}

function Feed({ feed, filter, appNames, onClear }: FeedProps) {
  const list = useRef<HTMLDivElement>(null)
  const matching = useMemo(() => feed.events.filter((event) => matches(event, filter)), [feed.events, filter])
  const { held, shown, showHeld } = useHeld(matching, list)
  const days = useMemo(() => groupByDay(shown, Date.now()), [shown])
  const known = useMemo(() => new Set(appNames), [appNames])
  return (
    <>
      <News held={held.length} onShow={showHeld} />
      {shown.length === 0 ? (
        <NothingFits hasEvents={feed.events.length > 0} hasOlder={feed.hasOlder} onClear={onClear} />
      ) : (
        <div ref={list}>
          {days.map(({ key, title, events }) => (
            <section key={key} className={classes.day}>
              <h2 className={classes.dayTitle}>{title}</h2>
              <ol className={classes.events}>
                {events.map((event) => (
                  <EventRow key={event.id} event={event} hasApp={event.app !== null && known.has(event.app)} />
                ))}
              </ol>
            </section>
          ))}
        </div>
      )}
      <Older feed={feed} count={shown.length} />
    </>
  )
}

/** Always there and always as high, so that nothing moves when something happens. */
function News({ held, onShow }: { held: number; onShow: () => void }) {
  const { state } = useLiveStatus()
  return (
    <div className={classes.news} data-held={held > 0 || undefined} aria-live="polite">
      {held > 0 ? (
        <Button
          size="compact-sm"
          leftSection={<IconArrowUp size={14} aria-hidden />}
          onClick={() => {
            onShow()
            window.scrollTo({ top: 0 })
          }}
        >
          {held === 1 ? 'Show 1 new event' : `Show ${held} new events`}
        </Button>
      ) : (
        <span>
          {state === 'live' ? 'What happens now appears here by itself' : 'Not live: what happens now is not shown yet'}
        </span>
      )}
    </div>
  )
}

function NothingFits({ hasEvents, hasOlder, onClear }: { hasEvents: boolean; hasOlder: boolean; onClear: () => void }) {
  const icon = <IconActivity size={30} stroke={1.5} />
  if (!hasEvents) {
    return (
      <EmptyState title="Nothing has happened yet" icon={icon}>
        Whatever somebody does to an app, a project or an account that you may see is told here.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title="No event fits the filter"
      icon={icon}
      action={
        <Button variant="default" onClick={onClear}>
          Show everything
        </Button>
      }
    >
      {hasOlder
        ? 'What was looked through so far has none; there may be older ones.'
        : 'Nothing of that kind happened.'}
    </EmptyState>
  )
}

function Older({ feed, count }: { feed: FeedProps['feed']; count: number }) {
  const oldest = feed.events.at(-1)
  return (
    <footer className={classes.older}>
      {feed.error ? (
        <ErrorBox title="Older events could not be loaded" error={feed.error} onRetry={feed.retry} />
      ) : null}
      {feed.hasOlder ? (
        <BusyButton
          variant="default"
          isBusy={feed.isAskingOlder}
          busyWords="Loading older events …"
          onClick={feed.askOlder}
        >
          Show older events
        </BusyButton>
      ) : null}
      <p className={classes.soft}>
        {count === feed.events.length ? `${count} shown` : `${count} of ${feed.events.length} fit`}
        {oldest ? `, back to ${describeExactTime(Date.parse(oldest.at))}` : ''}
        {feed.hasOlder || count === 0 ? '' : '; that is all there is'}
      </p>
    </footer>
  )
}

/** Kept in the address, so that it can be sent to somebody and survives a reload. */
function useFilter(): [Filter, (filter: Filter) => void] {
  const { app, actor, kind } = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const filter = useMemo(() => ({ app, actor, kind }), [app, actor, kind])
  return [
    filter,
    ({ app, actor, kind }) =>
      void navigate({ to: '/activity', search: { app, actor, kind }, replace: true, resetScroll: false }),
  ]
}
