import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useApps, useMe, useRelocations } from '#live/use-live.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import activityClasses from '../activity/activity.module.css'
import { EventRow } from '../activity/event-row.tsx'
import { useFeed } from '../activity/use-feed.ts'
import { RelocationCard } from '../machine-actions/relocation-card.tsx'
import { isAboutMachine } from './about-machine.ts'
import classes from './machine.module.css'

const mostShown = 12

export function MachineRelocations({ machine }: { machine: string }) {
  const { isAdmin } = useMe()
  const relocations = useRelocations().filter(
    (one) => one.machine === machine || one.steps.some(({ from }) => from === machine),
  )
  if (!isAdmin || relocations.length === 0) return null
  return (
    <section className={classes.part}>
      <h2>Moves</h2>
      {relocations.slice(0, mostShown).map((relocation) => (
        <RelocationCard key={relocation.id} relocation={relocation} />
      ))}
    </section>
  )
}

export function MachineActivity({ machine }: { machine: string }) {
  const { events, error, retry } = useFeed(undefined)
  const apps = useApps()
  const names = useMemo(() => new Set(apps?.map(({ name }) => name)), [apps])
  const shown = events?.filter((event) => isAboutMachine(event, machine)).slice(0, mostShown)
  return (
    <section className={classes.part}>
      <h2>Activity</h2>
      <ErrorBox error={error} title="The activity could not be loaded" onRetry={retry} />
      {shown === undefined ? (
        error ? null : (
          <Loading what="activity" height={80} />
        )
      ) : shown.length === 0 ? (
        <p className={sheet.soft}>Nothing lately.</p>
      ) : (
        <ul className={activityClasses.events}>
          {shown.map((event) => (
            <EventRow key={event.id} event={event} hasApp={event.app !== null && names.has(event.app)} />
          ))}
        </ul>
      )}
      <p>
        <Link to="/activity" search={{ kind: 'topic:machines' }} className={sheet.link}>
          All about machines
        </Link>
      </p>
    </section>
  )
}
