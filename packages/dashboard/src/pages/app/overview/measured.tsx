import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { RangeChoice, useRange } from '#parts/charts/range-choice.tsx'
import { Loading } from '#parts/loading.tsx'
import classes from './overview.module.css'

const Charts = lazy(() => import('./charts.tsx'))
const StatCharts = lazy(() => import('./stat-charts.tsx'))

/** What an app was seen to do, in sum or by instance, for a range that is kept in the address. */
export function Measured({ app }: { app: string }) {
  const [range, setRange] = useRange()
  const [isByInstance, setByInstance] = useByInstance()
  const isPlain = range === 'live' && !isByInstance
  return (
    <section className={classes.measured} aria-label="Figures">
      <header className={classes.measuredHead}>
        <SegmentedControl
          size="xs"
          aria-label="What the charts show"
          value={isByInstance ? 'instances' : 'sum'}
          onChange={(value) => setByInstance(value === 'instances')}
          data={[
            { value: 'sum', label: 'All together' },
            { value: 'instances', label: 'By instance' },
          ]}
        />
        <RangeChoice range={range} onChange={setRange} />
      </header>
      <div className={classes.charts} data-count={isPlain ? 4 : isByInstance ? 2 : 6}>
        <Suspense fallback={<Loading what="charts" height="100%" />}>
          {isPlain ? <Charts app={app} /> : <StatCharts app={app} range={range} isByInstance={isByInstance} />}
        </Suspense>
      </div>
    </section>
  )
}

function useByInstance(): [boolean, (isByInstance: boolean) => void] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const set = (isByInstance: boolean) =>
    void navigate({
      to: '.',
      search: { ...search, by: isByInstance ? 'instance' : undefined },
      replace: true,
      resetScroll: false,
    })
  return [search.by === 'instance', set]
}
