import { formatBytes, formatCpu, type Machine } from '@berth/contract'
import type { ReactNode } from 'react'
import { CopyButton } from '#parts/copy-button.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { LabelList } from '../machines/label-list.tsx'
import { describePressure } from '../machines/machine-words.ts'
import { Meters } from '../machines/meters.tsx'
import classes from './machine.module.css'

const held = { server: 'the server', registry: 'the registry' } as const

export function MachineFacts({ machine }: { machine: Machine }) {
  const { name, address, engineVersion, reserved, cpuMillis, memoryBytes, stats, holds, lastSeenAt } = machine
  return (
    <div className={classes.top}>
      <section className={sheet.card} aria-label="How full it is">
        <Meters machine={machine} />
      </section>
      <section className={sheet.card} aria-label="About it">
        <dl className={`${sheet.facts} ${classes.facts}`}>
          <Fact name="Address">
            <span className={classes.address}>
              {address}
              <CopyButton value={address} label={`address of ${name}`} size={22} />
            </span>
          </Fact>
          <Fact name="Engine">{engineVersion}</Fact>
          <Fact name="Reserved CPU">
            {formatCpu(reserved.cpuMillis)} of {formatCpu(cpuMillis)} cores
          </Fact>
          <Fact name="Reserved memory">
            {formatBytes(reserved.memoryBytes)} of {formatBytes(memoryBytes)}
          </Fact>
          {stats?.pressure ? <Fact name="Pressure, last minute">{describePressure(stats.pressure)}</Fact> : null}
          {stats && stats.swapUsedBytes > 0 ? <Fact name="Swap">{formatBytes(stats.swapUsedBytes)}</Fact> : null}
          {holds.length > 0 ? <Fact name="Holds of Berth">{holds.map((part) => held[part]).join(' and ')}</Fact> : null}
          <Fact name="Agent seen">{lastSeenAt ? <RelativeTime at={lastSeenAt} /> : 'never'}</Fact>
          {machine.certificateEndsAt ? (
            <Fact name="Certificate ends">
              <RelativeTime at={machine.certificateEndsAt} />, renewed by itself
            </Fact>
          ) : null}
          {machine.addedAt ? (
            <Fact name="Added">
              <RelativeTime at={machine.addedAt} />
            </Fact>
          ) : null}
          <Fact name="Labels">{Object.keys(machine.labels).length > 0 ? <LabelList machine={machine} /> : 'none'}</Fact>
        </dl>
      </section>
    </div>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
