import type { App } from '@berth/contract'
import { useMediaQuery } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useRef } from 'react'
import {
  AppNameLink,
  CpuFigure,
  describeInstances,
  LastDeployment,
  MemoryFigure,
  RequestFigure,
  StateCell,
  UrlLink,
} from './app-cells.tsx'
import classes from './apps.module.css'
import { useOffsetTop } from './use-visible-rows.ts'

type Props = { apps: readonly App[]; hasProjects: boolean }

const gapPx = 10
const usualHeightPx = 216

/** What the table has, one below the other, for narrow screens. */
export function AppCards({ apps, hasProjects }: Props) {
  const ref = useRef<HTMLUListElement>(null)
  const lanes = useMediaQuery('(min-width: 44em)', undefined, { getInitialValueInEffect: false }) ? 2 : 1
  const scrollMargin = useOffsetTop(ref)
  const virtualizer = useWindowVirtualizer({
    count: apps.length,
    lanes,
    estimateSize: () => usualHeightPx,
    getItemKey: (index) => apps[index]?.name ?? index,
    gap: gapPx,
    overscan: 6,
    scrollMargin,
  })
  return (
    <ul className={classes.cards} ref={ref} style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ key, index, start, lane }) => {
        const app = apps[index]
        if (!app) return null
        return (
          <li
            key={`${key}`}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-setsize={apps.length}
            aria-posinset={index + 1}
            className={classes.place}
            style={{
              top: start - scrollMargin,
              left: `calc(${(lane * 100) / lanes}% + ${lane > 0 ? gapPx / 2 : 0}px)`,
              width: lanes > 1 ? `calc(${100 / lanes}% - ${gapPx / 2}px)` : '100%',
            }}
          >
            <AppCard app={app} hasProjects={hasProjects} />
          </li>
        )
      })}
    </ul>
  )
}

type CardProps = { app: App; hasProjects: boolean }

const AppCard = memo(function AppCard({ app, hasProjects }: CardProps) {
  return (
    <article className={classes.card}>
      <div>
        <h2 className={classes.cardTitle}>
          <AppNameLink name={app.name} />
        </h2>
        <div className={classes.below}>
          {hasProjects ? <span className={classes.projectName}>{app.project}</span> : null}
          {app.url ? <UrlLink url={app.url} /> : null}
        </div>
      </div>
      <div>
        <StateCell app={app} otherwise={describeInstances(app)} />
      </div>
      <div>
        <LastDeployment app={app} />
      </div>
      <dl className={classes.figures}>
        <div>
          <dt>Requests</dt>
          <dd>
            <RequestFigure name={app.name} />
          </dd>
        </div>
        <div>
          <dt>CPU</dt>
          <dd>
            <CpuFigure name={app.name} />
          </dd>
        </div>
        <div>
          <dt>Memory</dt>
          <dd>
            <MemoryFigure name={app.name} />
          </dd>
        </div>
      </dl>
    </article>
  )
})
