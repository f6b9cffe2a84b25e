import type { App } from '@berth/contract'
import { useSearch } from '@tanstack/react-router'
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { client } from '#api/client.ts'
import { useInstances } from '#live/use-live.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { feedWords } from './feed-words.ts'
import { createInstanceColours } from './instance-colours.ts'
import classes from './log.module.css'
import { LogBar } from './log-bar.tsx'
import { createLogFeed, type FeedState } from './log-feed.ts'
import { LogList, type LogLooks } from './log-list.tsx'
import { LogSearch } from './log-search.tsx'
import { readLogSetting, writeLogSetting } from './log-setting.ts'
import type { LogFilter } from './log-view.ts'
import { type Log, useLog } from './use-log.ts'

export default function LogsTab({ app }: { app: App }) {
  const log = useLog(useCallback((deps) => createLogFeed({ client, app: app.name, ...deps }), [app.name]))
  const colourOf = useMemo(() => createInstanceColours(), [])
  const [filter, setFilter] = useFilter(log)
  const [query, setQuery] = useQuery(log)
  const [current, setCurrent] = useState<number>()
  const [looks, setLooks] = useLooks()
  const [isPaused, setPaused] = usePause(log)
  const state = log.feed.getState()
  const isEmpty = log.view.rows.length() === 0

  return (
    <section className={classes.log} aria-label={`Log of ${app.name}`}>
      <LogBar
        app={app}
        log={log}
        instances={useKnownInstances(app, log)}
        filter={filter}
        onFilter={setFilter}
        looks={looks}
        onLooks={setLooks}
        isPaused={isPaused}
        onPause={setPaused}
      />
      <LogSearch log={log} query={query} onQuery={setQuery} current={current} onCurrent={setCurrent} />
      <StateLine log={log} state={state} isPaused={isPaused} isFiltered={isFiltered(filter)} />
      {state.kind === 'over' ? (
        <ErrorBox error={state.error} title="The log cannot be shown" onRetry={log.feed.reconnect} />
      ) : null}
      {isEmpty ? (
        <div className={classes.empty}>
          {state.kind === 'connecting' ? (
            <Loading what="the log" />
          ) : isFiltered(filter) ? (
            'No line of this instance and stream. Choose others to see more.'
          ) : state.kind === 'live' ? (
            'Nothing was written yet. Lines show up here as soon as an instance writes one.'
          ) : null}
        </div>
      ) : (
        <LogList log={log} query={query} current={current} looks={looks} colourOf={colourOf} isPaused={isPaused} />
      )}
    </section>
  )
}

const isFiltered = ({ instanceId, stream }: LogFilter) => instanceId !== undefined || stream !== undefined

type StateProps = { log: Log; state: FeedState; isPaused: boolean; isFiltered: boolean }

/** How many lines there are and whether more will come; the words that change often are not read out. */
function StateLine({ log: { ring, view }, state, isPaused, isFiltered: isNarrowed }: StateProps) {
  const shown = view.rows.length()
  const dropped = ring.firstNumber()
  const waiting = isPaused ? ring.endNumber() - 1 - (view.rows.at(shown - 1) ?? ring.firstNumber() - 1) : 0
  return (
    <div className={classes.state}>
      <span>
        {shown.toLocaleString('en')} {shown === 1 ? 'line' : 'lines'}
        {isNarrowed ? ` of ${ring.length().toLocaleString('en')}` : ''}
      </span>
      {dropped > 0 ? <span>{dropped.toLocaleString('en')} older ones were dropped</span> : null}
      <span role="status" data-tone={state.kind === 'broken' ? 'warn' : undefined}>
        {isPaused ? 'Paused' : feedWords[state.kind]}
      </span>
      {waiting > 0 ? <span>{waiting.toLocaleString('en')} new lines wait</span> : null}
    </div>
  )
}

function useFilter(log: Log): [LogFilter, (filter: LogFilter) => void] {
  const { instance } = useSearch({ strict: false }) as { instance?: string }
  const [filter, setFilter] = useState<LogFilter>({ instanceId: instance || undefined, stream: undefined })
  useEffect(() => log.setFilter(filter), [log, filter])
  return [filter, setFilter]
}

function useQuery(log: Log): [string, (query: string) => void] {
  const [query, setQuery] = useState('')
  const settled = useDeferredValue(query)
  useEffect(() => log.setQuery(settled), [log, settled])
  return [query, setQuery]
}

function usePause(log: Log): [boolean, (isPaused: boolean) => void] {
  const [isPaused, setPaused] = useState(false)
  useEffect(() => log.setPaused(isPaused), [log, isPaused])
  return [isPaused, setPaused]
}

function useLooks(): [LogLooks, (looks: LogLooks) => void] {
  const [looks, setLooks] = useState<LogLooks>(readLogSetting)
  return [
    looks,
    (next) => {
      setLooks(next)
      writeLogSetting(next)
    },
  ]
}

/** Those that run, and those that have written a line and are gone. */
function useKnownInstances(app: App, log: Log): { id: string; service: string }[] {
  const running = useInstances(app.name)
  const known = useMemo(() => new Map<string, string>(), [])
  const seen = useMemo(() => ({ next: 0, log }), [log])
  for (let number = Math.max(seen.next, log.ring.firstNumber()); number < log.ring.endNumber(); number++) {
    const line = log.ring.get(number)
    if (line?.instanceId) known.set(line.instanceId, line.service)
  }
  seen.next = log.ring.endNumber()
  for (const { id, service } of running ?? []) known.set(id, service)
  return [...known].map(([id, service]) => ({ id, service }))
}
