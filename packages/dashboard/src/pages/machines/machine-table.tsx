import type { Machine } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { RelativeTime } from '#parts/relative-time.tsx'
import table from '#parts/row-table.module.css'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { useVisibleRows } from '../apps/use-visible-rows.ts'
import { MachineMenu } from '../machine-actions/machine-menu.tsx'
import { describeAvailability, describeRole, listLabels, ratioOf } from './machine-words.ts'
import classes from './machines.module.css'
import { MiniMeter } from './mini-meter.tsx'

/** The same for all, so that it is known before a row is drawn. */
const rowHeightPx = 60

type Props = { shown: readonly Machine[]; machines: readonly Machine[] }

/** Many machines; only those near the screen are drawn. */
export function MachineTable({ shown, machines }: Props) {
  const { ref, rows, beforePx, afterPx } = useVisibleRows({ count: shown.length, rowHeightPx })
  return (
    <div className={table.sheet} data-dense ref={ref}>
      <table className={table.table} aria-rowcount={shown.length + 1}>
        <caption className={sheet.hidden}>Machines with their state and how full they are</caption>
        <colgroup>
          <col />
          <col className={classes.stateColumn} />
          <col className={`${classes.labelColumn} ${classes.wide}`} />
          <col className={`${classes.countColumn} ${classes.middle}`} />
          <col className={classes.meterColumn} />
          <col className={`${classes.meterColumn} ${classes.middle}`} />
          <col className={`${classes.meterColumn} ${classes.wide}`} />
          <col className={`${classes.seenColumn} ${classes.wide}`} />
          <col className={classes.menuColumn} />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Machine</th>
            <th scope="col">State</th>
            <th scope="col" className={classes.wide}>
              Labels
            </th>
            <th scope="col" className={classes.middle}>
              Instances
            </th>
            <th scope="col">CPU</th>
            <th scope="col" className={classes.middle}>
              Memory
            </th>
            <th scope="col" className={classes.wide}>
              Disk
            </th>
            <th scope="col" className={classes.wide}>
              Seen
            </th>
            <th scope="col">
              <span className={sheet.hidden}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {beforePx > 0 ? <Spacer heightPx={beforePx} /> : null}
          {rows.map((index) => {
            const machine = shown[index]
            return machine ? (
              <MachineRow key={machine.id} machine={machine} machines={machines} rowIndex={index + 2} />
            ) : null
          })}
          {afterPx > 0 ? <Spacer heightPx={afterPx} /> : null}
        </tbody>
      </table>
    </div>
  )
}

/** Stands for the rows that are out of sight. */
const Spacer = ({ heightPx }: { heightPx: number }) => (
  <tr className={table.spacer}>
    <td style={{ height: heightPx }} />
  </tr>
)

type RowProps = { machine: Machine; machines: readonly Machine[]; rowIndex: number }

const MachineRow = memo(function MachineRow({ machine, machines, rowIndex }: RowProps) {
  const { name, state, availability, address, instances, stats, lastSeenAt } = machine
  const labels = listLabels(machine).join(' ')
  return (
    <tr aria-rowindex={rowIndex} className={table.row} style={{ height: rowHeightPx }}>
      <th scope="row">
        <Link to="/machines/$machine" params={{ machine: name }} className={classes.rowName} title={name}>
          {name}
        </Link>
        <span className={classes.oneLine}>
          {describeRole(machine)} · {address}
        </span>
      </th>
      <td>
        <StateBadge of="machine" state={state} />
        {availability === 'active' ? null : (
          <div>
            <StateBadge of="availability" state={availability} title={describeAvailability(machine)?.meaning ?? ''} />
          </div>
        )}
      </td>
      <td className={classes.wide}>
        <span className={classes.oneLine} title={labels}>
          {labels}
        </span>
      </td>
      <td className={classes.middle}>{instances}</td>
      <td>
        <MiniMeter label={`CPU of ${name}`} ratio={stats && ratioOf(stats.cpuRatio, 1)} />
      </td>
      <td className={classes.middle}>
        <MiniMeter
          label={`Memory of ${name}`}
          ratio={stats && ratioOf(stats.memoryUsedBytes, stats.memoryTotalBytes)}
        />
      </td>
      <td className={classes.wide}>
        <MiniMeter label={`Disk of ${name}`} ratio={stats && ratioOf(stats.diskUsedBytes, stats.diskTotalBytes)} />
      </td>
      <td className={`${classes.wide} ${sheet.soft}`}>{lastSeenAt ? <RelativeTime at={lastSeenAt} /> : 'never'}</td>
      <td>
        <MachineMenu machine={machine} machines={machines} />
      </td>
    </tr>
  )
})
