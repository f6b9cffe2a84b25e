import type { App, Instance } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { useInstances } from '#live/use-live.ts'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { shortInstanceId } from '../logs/instance-colours.ts'
import { plainText } from '../logs/log-text.ts'
import classes from './overview.module.css'

/** Each running copy: where, how, since when, how often again, and what is wrong. */
export function Instances({ app }: { app: App }) {
  const instances = useInstances(app.name)
  const count = instances?.length ?? app.replicas
  return (
    <section className={sheet.card}>
      <h2>
        Instances{' '}
        <span className={sheet.soft}>
          {app.readyReplicas} of {app.replicas} up
        </span>
      </h2>
      {instances === undefined ? (
        <Loading what="instances" height={60 + count * 44} />
      ) : instances.length === 0 ? (
        <p className={sheet.soft}>{app.state === 'stopped' ? 'None, because the app is stopped.' : 'None yet.'}</p>
      ) : (
        <InstanceTable app={app} instances={instances} />
      )}
    </section>
  )
}

function InstanceTable({ app, instances }: { app: App; instances: readonly Instance[] }) {
  const sorted = [...instances].sort(
    (one, other) => other.releaseVersion - one.releaseVersion || (one.id < other.id ? -1 : 1),
  )
  return (
    <table className={`${sheet.table} ${sheet.rows}`}>
      <thead>
        <tr>
          <th scope="col">Instance</th>
          <th scope="col">State</th>
          <th scope="col">Machine</th>
          <th scope="col">Release</th>
          <th scope="col">Since</th>
          <th scope="col">Restarts</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((instance) => (
          <InstanceRow key={instance.id} app={app} instance={instance} />
        ))}
      </tbody>
    </table>
  )
}

function InstanceRow({ app, instance }: { app: App; instance: Instance }) {
  const { id, service, machine, releaseVersion, state, reason, restarts, since } = instance
  return (
    <tr>
      <th scope="row">
        <Link
          to="/apps/$app/{-$tab}"
          params={{ app: app.name, tab: 'logs' }}
          search={{ instance: id }}
          className={classes.instanceId}
          title={`Logs of ${service} ${id}`}
        >
          {service} {shortInstanceId(id)}
        </Link>
      </th>
      <td className={classes.instanceState} data-wide>
        <StateBadge of="instance" state={state} />
        {reason ? <div className={classes.instanceReason}>{plainText(reason)}</div> : null}
      </td>
      <td data-label="Machine">
        <span className={classes.machine} title={machine ?? undefined}>
          {machine ?? 'not placed yet'}
        </span>
      </td>
      <td data-label="Release">v{releaseVersion}</td>
      <td data-label="Since">
        <RelativeTime at={since} />
      </td>
      <td data-label="Restarts" data-many={restarts > 0 || undefined} className={classes.restarts}>
        {restarts}
      </td>
    </tr>
  )
}
