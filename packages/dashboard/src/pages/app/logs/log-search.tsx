import { ActionIcon, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react'
import classes from './log.module.css'
import type { Log } from './use-log.ts'

type Props = {
  log: Log
  query: string
  onQuery(query: string): void
  /** The number of the line that the search is at. */
  current: number | undefined
  onCurrent(number: number | undefined): void
}

/** Enter goes to the match before, which is where one reads a log from; with Shift to the next. */
export function LogSearch({ log, query, onQuery, current, onCurrent }: Props) {
  const { matches } = log.view
  const count = matches.length()
  const place = current === undefined ? -1 : matches.placeOf(current)
  const isAt = place >= 0 && matches.at(place) === current

  function go(direction: 1 | -1) {
    if (count === 0) return
    const from = current === undefined ? (direction === 1 ? -1 : count) : place
    const to = direction === 1 && current !== undefined && !isAt ? from : from + direction
    onCurrent(matches.at((to + count) % count))
  }

  return (
    <search className={classes.search} aria-label="Search in the log">
      <TextInput
        type="search"
        size="xs"
        data-filter
        className={classes.searchText}
        aria-label="Search in the log"
        placeholder="Search in the log"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={query}
        spellCheck={false}
        onChange={({ currentTarget: { value } }) => {
          onQuery(value)
          onCurrent(undefined)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? 1 : -1)
          if (event.key === 'Escape') {
            onQuery('')
            onCurrent(undefined)
          }
        }}
      />
      <ActionIcon size={30} aria-label="Previous match" disabled={count === 0} onClick={() => go(-1)}>
        <IconChevronUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon size={30} aria-label="Next match" disabled={count === 0} onClick={() => go(1)}>
        <IconChevronDown size={16} aria-hidden />
      </ActionIcon>
      <span className={classes.searchCount} role="status">
        {query === '' ? '' : describeCount(count, isAt ? place : undefined)}
      </span>
    </search>
  )
}

function describeCount(count: number, place: number | undefined): string {
  if (count === 0) return 'In no line'
  const lines = count === 1 ? '1 line' : `${count.toLocaleString('en')} lines`
  return place === undefined ? `In ${lines}` : `${(place + 1).toLocaleString('en')} of ${lines}`
}
