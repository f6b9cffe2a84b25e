import { type StatsRange, statsRanges } from '@berth/contract'
import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import classes from './chart.module.css'
import { rangeWords, readRange } from './series.ts'

/** What is chosen is kept in the address. */
export function useRange(): [StatsRange, (range: StatsRange) => void] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const set = (range: StatsRange) =>
    void navigate({
      to: '.',
      search: { ...search, range: range === 'live' ? undefined : range },
      replace: true,
      resetScroll: false,
    })
  return [readRange(search.range), set]
}

export function RangeChoice({ range, onChange }: { range: StatsRange; onChange(range: StatsRange): void }) {
  return (
    <SegmentedControl
      className={classes.range}
      size="xs"
      aria-label="Range of the charts"
      value={range}
      onChange={(value) => onChange(readRange(value))}
      data={statsRanges.map((value) => ({ value, label: rangeWords[value].short }))}
    />
  )
}
