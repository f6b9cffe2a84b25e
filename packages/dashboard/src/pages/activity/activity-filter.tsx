import type { ActivityEvent } from '@berth/contract'
import { Button, Select } from '@mantine/core'
import { useMemo } from 'react'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import classes from './activity.module.css'
import { titleOfKind, topicWords } from './event-words.ts'
import { type Filter, listKinds } from './feed.ts'

type Props = {
  filter: Filter
  onChange: (filter: Filter) => void
  /** What there is to choose from. */
  events: readonly ActivityEvent[]
  apps: readonly string[]
}

export function ActivityFilter({ filter, onChange, events, apps }: Props) {
  const actors = useMemo(() => unique([...events.map(({ actor }) => actor), filter.actor]), [events, filter.actor])
  const appNames = useMemo(
    () => unique([...apps, ...events.map(({ app }) => app), filter.app]),
    [apps, events, filter.app],
  )
  const kinds = useMemo(
    () =>
      [...listKinds(events, filter.kind)].map(([topic, ofTopic]) => ({
        group: topicWords[topic],
        items: [
          { value: `topic:${topic}`, label: `${topicWords[topic]}: all` },
          ...ofTopic.map((kind) => ({ value: kind, label: titleOfKind(kind) })),
        ],
      })),
    [events, filter.kind],
  )
  const set = (change: Filter) => onChange({ ...filter, ...change })
  const isFiltered = filter.app !== undefined || filter.actor !== undefined || filter.kind !== undefined
  const common = {
    size: 'sm',
    clearable: true,
    searchable: true,
    limit: 200,
    nothingFoundMessage: 'Nothing fits',
    ...scrollingOptions,
  } as const
  return (
    <search className={classes.filter} aria-label="Which events are shown">
      <Select
        {...common}
        aria-label="App"
        placeholder="All apps"
        clearButtonProps={{ 'aria-label': 'All apps' }}
        data={appNames}
        value={filter.app ?? null}
        onChange={(app) => set({ app: app ?? undefined })}
      />
      <Select
        {...common}
        aria-label="Who"
        placeholder="Everybody"
        clearButtonProps={{ 'aria-label': 'Everybody' }}
        data={actors}
        value={filter.actor ?? null}
        onChange={(actor) => set({ actor: actor ?? undefined })}
      />
      <Select
        {...common}
        aria-label="What"
        placeholder="Everything"
        clearButtonProps={{ 'aria-label': 'Everything' }}
        data={kinds}
        value={filter.kind ?? null}
        onChange={(kind) => set({ kind: kind ?? undefined })}
      />
      {isFiltered ? (
        <Button variant="subtle" size="sm" onClick={() => onChange({})}>
          Show everything
        </Button>
      ) : null}
    </search>
  )
}

const unique = (names: readonly (string | null | undefined)[]): string[] =>
  [...new Set(names.filter((name): name is string => Boolean(name?.trim())))].sort()
