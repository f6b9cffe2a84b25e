import type { App } from '@berth/contract'
import { UnstyledButton } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { memo } from 'react'
import table from '#parts/row-table.module.css'
import sheet from '#parts/sheet.module.css'
import {
  AppNameLink,
  CpuFigure,
  InstanceCount,
  LastDeployment,
  MemoryFigure,
  RequestFigure,
  StateCell,
  UrlLink,
} from './app-cells.tsx'
import type { AppSort } from './app-choice.ts'
import classes from './apps.module.css'
import { useVisibleRows } from './use-visible-rows.ts'

type Props = { apps: readonly App[]; sort: AppSort; onSort(sort: AppSort): void; hasProjects: boolean }

/** As high as theme and cells make it; the same for all, so that it is known before a row is drawn. */
const rowHeightPx = 68

export function AppTable({ apps, sort, onSort, hasProjects }: Props) {
  const { ref, rows, beforePx, afterPx } = useVisibleRows({ count: apps.length, rowHeightPx })
  const head = (by: AppSort, words: string) => <SortHead by={by} words={words} sort={sort} onSort={onSort} />
  return (
    <div className={table.sheet} ref={ref}>
      <table className={`${table.table} ${classes.table}`} aria-rowcount={apps.length + 1}>
        <caption className={sheet.hidden}>Apps with their state, last deployment and figures</caption>
        <colgroup>
          <col />
          <col className={classes.stateColumn} />
          <col className={classes.countColumn} />
          <col className={classes.deploymentColumn} />
          <col className={classes.figureColumn} />
          <col className={classes.figureColumn} />
          <col className={classes.memoryColumn} />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {head('name', 'App')}
            {head('state', 'State')}
            <th scope="col" title="Instances that are up, of those wanted">
              Up
            </th>
            {head('deployed', 'Last deployment')}
            <th scope="col">Requests</th>
            <th scope="col" title="Of one core">
              CPU
            </th>
            <th scope="col" className={classes.end}>
              Memory
            </th>
          </tr>
        </thead>
        <tbody>
          {beforePx > 0 ? <Spacer heightPx={beforePx} /> : null}
          {rows.map((index) => {
            const app = apps[index]
            return app ? <AppRow key={app.name} app={app} rowIndex={index + 2} hasProjects={hasProjects} /> : null
          })}
          {afterPx > 0 ? <Spacer heightPx={afterPx} /> : null}
        </tbody>
      </table>
    </div>
  )
}

type HeadProps = { by: AppSort; words: string; sort: AppSort; onSort(sort: AppSort): void }

function SortHead({ by, words, sort, onSort }: HeadProps) {
  const isSorted = sort === by
  return (
    <th scope="col" aria-sort={isSorted ? (by === 'deployed' ? 'descending' : 'ascending') : undefined}>
      <UnstyledButton className={classes.sort} data-sorted={isSorted || undefined} onClick={() => onSort(by)}>
        {words}
        <IconArrowDown size={13} stroke={2} aria-hidden />
      </UnstyledButton>
    </th>
  )
}

/** Stands for the rows that are out of sight. */
const Spacer = ({ heightPx }: { heightPx: number }) => (
  <tr className={table.spacer}>
    <td colSpan={7} style={{ height: heightPx }} />
  </tr>
)

type RowProps = { app: App; rowIndex: number; hasProjects: boolean }

const AppRow = memo(function AppRow({ app, rowIndex, hasProjects }: RowProps) {
  return (
    <tr aria-rowindex={rowIndex} className={table.row} style={{ height: rowHeightPx }}>
      <th scope="row">
        <AppNameLink name={app.name} />
        <div className={classes.below}>
          {hasProjects ? (
            <span className={classes.projectName} title={`Project ${app.project}`}>
              {app.project}
            </span>
          ) : null}
          {app.url ? <UrlLink url={app.url} /> : null}
        </div>
      </th>
      <td>
        <StateCell app={app} />
      </td>
      <td>
        <InstanceCount app={app} />
      </td>
      <td>
        <LastDeployment app={app} />
      </td>
      <td>
        <RequestFigure name={app.name} />
      </td>
      <td>
        <CpuFigure name={app.name} />
      </td>
      <td className={classes.end}>
        <MemoryFigure name={app.name} />
      </td>
    </tr>
  )
})
