import { formatBytes, formatCpu, type Machine } from '@berth/contract'
import { Sparkline } from '#parts/sparkline.tsx'
import { ratioOf } from './machine-words.ts'
import classes from './machines.module.css'
import { Meter } from './meter.tsx'
import type { Trend } from './use-trend.ts'

/** How full CPU, memory and disk are, and how they went in the last hour where that is known. */
export function Meters({
  machine: { name, state, cpuMillis, stats },
  trend,
}: {
  machine: Machine
  trend?: Trend | undefined
}) {
  const cores = `${formatCpu(cpuMillis)} ${cpuMillis === 1000 ? 'core' : 'cores'}`
  const missing = state === 'ready' ? 'not measured yet' : 'not measured now'
  const line = (values: Trend['cpu'], what: string) => (
    <Sparkline values={values} width={56} height={18} label={`${what} of ${name} in the last hour`} />
  )
  return (
    <div className={classes.meters} data-live>
      <Meter
        label="CPU"
        of={name}
        ratio={stats ? ratioOf(stats.cpuRatio, 1) : null}
        words={stats ? `of ${cores}, load ${stats.load1.toFixed(1)}` : missing}
        trend={trend ? line(trend.cpu, 'CPU') : undefined}
      />
      <Meter
        label="Memory"
        isSpace
        of={name}
        ratio={stats ? ratioOf(stats.memoryUsedBytes, stats.memoryTotalBytes) : null}
        words={stats ? `${formatBytes(stats.memoryUsedBytes)} of ${formatBytes(stats.memoryTotalBytes)}` : missing}
        trend={trend ? line(trend.memory, 'Memory') : undefined}
      />
      <Meter
        label="Disk"
        isSpace
        of={name}
        ratio={stats ? ratioOf(stats.diskUsedBytes, stats.diskTotalBytes) : null}
        words={stats ? `${formatBytes(stats.diskUsedBytes)} of ${formatBytes(stats.diskTotalBytes)}` : missing}
        trend={trend ? line(trend.disk, 'Disk') : undefined}
      />
    </div>
  )
}
