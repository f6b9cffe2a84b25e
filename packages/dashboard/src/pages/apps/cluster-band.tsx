import { formatBytes, formatCpu, getOverviewStats } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useMemo } from 'react'
import { useCall } from '#api/use-call.ts'
import { useMachines } from '#live/use-live.ts'
import { thinOut } from '#parts/charts/series.ts'
import { Sparkline } from '#parts/sparkline.tsx'
import classes from './cluster-band.module.css'
import { totalOf } from './cluster-words.ts'

const minuteMs = 60_000
const points = 40

/** What all machines have and do together, in one line. */
export function ClusterBand() {
  const machines = useMachines()
  const { data } = useCall(getOverviewStats, { query: { range: '1h' } }, { refetchIntervalMs: minuteMs })
  const lines = useMemo(
    () =>
      data && {
        cpu: thinOut(data.points.cpuRatio, points),
        memory: thinOut(data.points.memoryBytes, points),
      },
    [data],
  )
  if (!machines) return <div className={classes.band} aria-hidden />
  const totals = totalOf(machines)
  const down = totals.machines - totals.ready
  const line = (values: readonly (number | null)[] | undefined, what: string) =>
    values ? (
      <Sparkline values={values} width={64} height={20} label={`${what} of all machines in the last hour`} />
    ) : null
  return (
    <dl className={classes.band} aria-label="All machines together">
      <Total name="Machines" isShort={down > 0}>
        <Link to="/machines" className={classes.link}>
          {down > 0 ? `${totals.ready} of ${totals.machines} ready` : `${totals.ready} ready`}
        </Link>
      </Total>
      <Total name="Instances">{totals.instances}</Total>
      <Total name="CPU" beside={line(lines?.cpu, 'CPU')}>
        {totals.cpuRatio === null
          ? '–'
          : `${Math.round(totals.cpuRatio * 100)} % of ${formatCpu(totals.cpuMillis)} cores`}
      </Total>
      <Total name="Memory" beside={line(lines?.memory, 'Memory')}>
        {totals.memoryTotalBytes === 0
          ? '–'
          : `${formatBytes(totals.memoryUsedBytes)} of ${formatBytes(totals.memoryTotalBytes)}`}
      </Total>
    </dl>
  )
}

type TotalProps = { name: string; isShort?: boolean; beside?: ReactNode; children: ReactNode }

const Total = ({ name, isShort, beside, children }: TotalProps) => (
  <div className={classes.total} data-short={isShort || undefined}>
    <dt>{name}</dt>
    <dd data-live>
      {children} {beside}
    </dd>
  </div>
)
