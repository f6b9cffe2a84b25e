import { IconServer } from '@tabler/icons-react'
import { useMachines } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { MachineCard } from './machine-card.tsx'
import { byName, countStates } from './machine-words.ts'
import classes from './machines.module.css'

export function MachinesPage() {
  const machines = useMachines()
  return (
    <>
      <PageHead title="Machines" below={machines ? countStates(machines) : 'What your apps run on'} />
      {machines === undefined ? (
        <Loading what="machines" height="60vh" />
      ) : machines.length === 0 ? (
        <EmptyState title="No machine is known yet" icon={<IconServer size={32} stroke={1.4} />}>
          The server has not heard of the cluster since it started. Machines appear here by themselves, usually within
          seconds; Settings, About says what it waits for.
        </EmptyState>
      ) : (
        <ul className={classes.cards}>
          {machines.toSorted(byName).map((machine) => (
            <MachineCard key={machine.id} machine={machine} machines={machines} />
          ))}
        </ul>
      )}
    </>
  )
}
