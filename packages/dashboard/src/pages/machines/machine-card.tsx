import type { Machine } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { CopyButton } from '#parts/copy-button.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { StateBadge } from '#parts/state-badge.tsx'
import { MachineMenu } from '../machine-actions/machine-menu.tsx'
import { LabelList } from './label-list.tsx'
import { describeAvailability, describePressure, describeRole, describeTrouble } from './machine-words.ts'
import classes from './machines.module.css'
import { Meters } from './meters.tsx'
import { TroubleNote } from './trouble-note.tsx'
import { useTrend } from './use-trend.ts'

type Props = { machine: Machine; machines: readonly Machine[] }

export function MachineCard({ machine, machines }: Props) {
  const trouble = describeTrouble(machine, machines)
  const pause = describeAvailability(machine)
  const trend = useTrend(machine)
  const pressure = machine.stats?.pressure
  return (
    <li className={classes.card}>
      <header className={classes.head}>
        <h2 className={classes.name}>
          <Link to="/machines/$machine" params={{ machine: machine.name }}>
            {machine.name}
          </Link>
        </h2>
        <div className={classes.headEnd}>
          <StateBadge of="machine" state={machine.state} />
          <MachineMenu machine={machine} machines={machines} />
        </div>
      </header>
      <p
        className={`${classes.role} ${classes.roleLine}`}
        title={machine.isLeader ? 'Decides where instances run. If it fails, another manager takes over.' : undefined}
      >
        {describeRole(machine)}
        {machine.availability === 'active' ? null : <StateBadge of="availability" state={machine.availability} />}
      </p>
      {Object.keys(machine.labels).length > 0 ? (
        <div className={classes.cardLabels}>
          <LabelList machine={machine} />
        </div>
      ) : null}
      {trouble ? <TroubleNote trouble={trouble} /> : null}
      {pause ? <TroubleNote trouble={pause} /> : null}
      {machine.state === 'ready' ? <Meters machine={machine} trend={trend} /> : null}
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
        {pressure ? (
          <div className={classes.wholeLine}>
            <dt title="For how much of the last minute something waited for it">Pressure</dt>
            <dd>{describePressure(pressure)}</dd>
          </div>
        ) : null}
      </dl>
    </li>
  )
}
