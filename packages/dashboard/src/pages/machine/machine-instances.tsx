import type { InstanceSample, Machine } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { useApps } from '#live/use-live.ts'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import { bytesOf, coresOf } from '../app/figure-words.ts'
import { shortInstanceId } from '../app/logs/instance-colours.ts'
import classes from './machine.module.css'

type Props = { machine: Machine; samples: readonly InstanceSample[] | undefined }

/** What runs there now, as far as the reader may see it. */
export function MachineInstances({ machine, samples }: Props) {
  const hidden = samples ? Math.max(0, machine.instances - samples.length) : 0
  return (
    <section className={sheet.card}>
      <h2>
        Instances <span className={sheet.soft}>{machine.instances}</span>
      </h2>
      {machine.state !== 'ready' ? (
        <p className={sheet.soft}>They are not known while its agent does not answer.</p>
      ) : samples === undefined ? (
        <Loading what="instances" height={120} />
      ) : samples.length === 0 ? (
        <p className={sheet.soft}>{hidden > 0 ? 'None that you may see.' : 'None.'}</p>
      ) : (
        <InstanceTable samples={samples} />
      )}
      {hidden > 0 && samples && samples.length > 0 ? (
        <p className={sheet.soft}>{hidden} more belong to other projects, or have only just started.</p>
      ) : null}
    </section>
  )
}

function InstanceTable({ samples }: { samples: readonly InstanceSample[] }) {
  const known = new Set((useApps() ?? []).map(({ name }) => name))
  const sorted = samples.toSorted((one, other) => compare(one.app, other.app) || compare(one.id, other.id))
  return (
    <table className={`${sheet.table} ${classes.instances}`}>
      <thead>
        <tr>
          <th scope="col">App</th>
          <th scope="col">Instance</th>
          <th scope="col" title="Of one core">
            CPU
          </th>
          <th scope="col">Memory</th>
        </tr>
      </thead>
      <tbody data-live>
        {sorted.map(({ id, app, service, cpuRatio, memoryBytes }) => (
          <tr key={id}>
            <th scope="row">
              {known.has(app) ? (
                <Link to="/apps/$app/{-$tab}" params={{ app }} className={sheet.link}>
                  {app}
                </Link>
              ) : (
                app
              )}
            </th>
            <td>
              <Link
                to="/apps/$app/{-$tab}"
                params={{ app, tab: 'logs' }}
                search={{ instance: id }}
                className={classes.instance}
                title={`Logs of ${service} ${id}`}
              >
                {service} {shortInstanceId(id)}
              </Link>
            </td>
            <td>{coresOf(cpuRatio)}</td>
            <td>{bytesOf(memoryBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other))
