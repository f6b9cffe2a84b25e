import { type App, explainPlacement, type ServicePlacement } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { useCall } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import { MachineChoices } from './machine-choices.tsx'
import classes from './placement.module.css'
import { describeObserved, describePlacement, describeReservedCpu, describeReservedMemory } from './placement-words.ts'

const refreshMs = 10_000

/** Where the instances are and why, and where another one would go. */
export default function PlacementTab({ app }: { app: App }) {
  const input = { params: { app: app.name } }
  const isDeployed = app.releaseVersion !== null
  const { data, error, refetch } = useCall(explainPlacement, input, {
    enabled: isDeployed,
    refetchIntervalMs: refreshMs,
  })
  if (!isDeployed) return <p className={sheet.soft}>Where it runs and why is told once there is a release.</p>
  if (!data) {
    return error ? (
      <ErrorBox error={error} title="The placement could not be explained" onRetry={() => void refetch()} />
    ) : (
      <Loading what="the placement" height="40vh" />
    )
  }
  return (
    <div className={sheet.stack}>
      {data.services.map((service) => (
        <Service key={service.service} app={app} service={service} />
      ))}
    </div>
  )
}

function Service({ app, service }: { app: App; service: ServicePlacement }) {
  const { reservations, placement, notes, instances, replicas } = service
  const observed = describeObserved(reservations)
  const troubled = instances.filter(({ machine, reason }) => machine === null && reason !== null)
  return (
    <section className={`${sheet.card} ${classes.service}`}>
      <h2>
        {service.service} <span className={sheet.soft}>v{service.releaseVersion}</span>
      </h2>
      <dl className={`${sheet.facts} ${classes.facts}`}>
        <Fact name="Instances" value={`${instances.length} of ${replicas} placed`} />
        <Fact name="Runs" value={describePlacement(placement)} />
        <Fact name="CPU kept free for each" value={describeReservedCpu(reservations)} />
        <Fact name="Memory kept free for each" value={describeReservedMemory(reservations)} />
      </dl>
      {observed ? <p className={sheet.soft}>{observed}</p> : null}
      {[...notes, ...troubled.map(({ reason }) => reason ?? '')].map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
      <MachineChoices choices={service.machines} service={service.service} />
      <p className={sheet.soft}>
        <Link to="/apps/$app/{-$tab}" params={{ app: app.name, tab: 'settings' }} className={sheet.link}>
          Settings
        </Link>{' '}
        change where it may run and what is kept free.
      </p>
    </section>
  )
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
