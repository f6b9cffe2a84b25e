import { formatBytes, formatCpu, type Machine } from '@berth/contract'
import { IconAlertTriangle } from '@tabler/icons-react'
import { CopyButton } from '#parts/copy-button.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { StateBadge } from '#parts/state-badge.tsx'
import { describeRole, describeTrouble, ratioOf, type Trouble } from './machine-words.ts'
import classes from './machines.module.css'
import { Meter } from './meter.tsx'

type Props = { machine: Machine; machines: readonly Machine[] }

export function MachineCard({ machine, machines }: Props) {
  const trouble = describeTrouble(machine, machines)
  return (
    <li className={classes.card}>
      <header className={classes.head}>
        <h2 className={classes.name}>{machine.name}</h2>
        <StateBadge of="machine" state={machine.state} />
      </header>
      <p
        className={classes.role}
        title={machine.isLeader ? 'Decides where instances run. If it fails, another manager takes over.' : undefined}
      >
        {describeRole(machine)}
      </p>
      {trouble ? <TroubleNote trouble={trouble} /> : null}
      {machine.state === 'ready' ? <Meters machine={machine} /> : null}
      <dl className={classes.facts}>
        <div>
          <dt>Address</dt>
          <dd className={classes.address}>
            {machine.address}
            <CopyButton value={machine.address} label={`address of ${machine.name}`} size={22} />
          </dd>
        </div>
        <div>
          <dt>Instances</dt>
          <dd>{machine.instances}</dd>
        </div>
        <div>
          <dt>Engine</dt>
          <dd>{machine.engineVersion}</dd>
        </div>
        <div>
          <dt>Agent seen</dt>
          <dd>{machine.lastSeenAt ? <RelativeTime at={machine.lastSeenAt} /> : 'never'}</dd>
        </div>
      </dl>
    </li>
  )
}

function TroubleNote({ trouble: { meaning, advice } }: { trouble: Trouble }) {
  return (
    <div className={classes.trouble}>
      <IconAlertTriangle size={17} stroke={1.8} aria-hidden />
      <div>
        <p>{meaning}</p>
        <p className={classes.advice}>{advice}</p>
      </div>
    </div>
  )
}

function Meters({ machine: { name, cpuMillis, stats } }: { machine: Machine }) {
  const cores = `${formatCpu(cpuMillis)} ${cpuMillis === 1000 ? 'core' : 'cores'}`
  const missing = 'not measured yet'
  return (
    <div className={classes.meters} data-live>
      <Meter
        label="CPU"
        of={name}
        ratio={stats ? ratioOf(stats.cpuRatio, 1) : null}
        words={stats ? `of ${cores}, load ${stats.load1.toFixed(1)}` : missing}
      />
      <Meter
        label="Memory"
        isSpace
        of={name}
        ratio={stats ? ratioOf(stats.memoryUsedBytes, stats.memoryTotalBytes) : null}
        words={stats ? `${formatBytes(stats.memoryUsedBytes)} of ${formatBytes(stats.memoryTotalBytes)}` : missing}
      />
      <Meter
        label="Disk"
        isSpace
        of={name}
        ratio={stats ? ratioOf(stats.diskUsedBytes, stats.diskTotalBytes) : null}
        words={stats ? `${formatBytes(stats.diskUsedBytes)} of ${formatBytes(stats.diskTotalBytes)}` : missing}
      />
    </div>
  )
}
