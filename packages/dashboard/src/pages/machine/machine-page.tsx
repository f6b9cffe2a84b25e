import type { Machine } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconServer } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { useMachines } from '#live/use-live.ts'
import { RangeChoice, useRange } from '#parts/charts/range-choice.tsx'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { MachineMenu } from '../machine-actions/machine-menu.tsx'
import { describeAvailability, describeRole, describeTrouble } from '../machines/machine-words.ts'
import { TroubleNote } from '../machines/trouble-note.tsx'
import classes from './machine.module.css'
import { MachineFacts } from './machine-facts.tsx'
import { MachineActivity, MachineRelocations } from './machine-history.tsx'
import { MachineInstances } from './machine-instances.tsx'
import { useMachineSeries } from './use-machine-series.ts'

const MachineCharts = lazy(() => import('./machine-charts.tsx'))

export function MachinePage({ machine: name }: { machine: string }) {
  const machines = useMachines()
  const machine = machines?.find((one) => one.name === name)
  if (machine && machines) return <KnownMachine machine={machine} machines={machines} />
  return (
    <>
      <PageHead title={name} />
      {machines === undefined ? (
        <Loading what={`the machine ${name}`} height="70vh" />
      ) : (
        <EmptyState
          title={`There is no machine ${name}`}
          icon={<IconServer size={30} stroke={1.5} />}
          action={
            <Button component={Link} to="/machines">
              To all machines
            </Button>
          }
        >
          It was removed from the cluster, or it never belonged to it.
        </EmptyState>
      )}
    </>
  )
}

function KnownMachine({ machine, machines }: { machine: Machine; machines: readonly Machine[] }) {
  const { name, state, availability } = machine
  const navigate = useNavigate()
  const [range, setRange] = useRange()
  const { series, error, refetch, event } = useMachineSeries(name, range)
  const samples = useMemo(() => event?.instances.filter((one) => one.machine === name), [event, name])
  const notes = [describeTrouble(machine, machines), describeAvailability(machine)]
  return (
    <>
      <PageHead
        title={name}
        beside={
          <>
            <StateBadge of="machine" state={state} />
            {availability === 'active' ? null : <StateBadge of="availability" state={availability} />}
          </>
        }
        below={
          <>
            <Link to="/machines" className={sheet.link}>
              Machines
            </Link>{' '}
            · {describeRole(machine)}
          </>
        }
      >
        <MachineMenu
          machine={machine}
          machines={machines}
          isWide
          onRemoved={() => void navigate({ to: '/machines' })}
        />
      </PageHead>
      <div className={classes.page}>
        {notes.map((note) => (note ? <TroubleNote key={note.meaning} trouble={note} /> : null))}
        <MachineFacts machine={machine} />
        <section className={classes.part} aria-label="Charts">
          <header className={classes.chartHead}>
            <h2>Measured</h2>
            <RangeChoice range={range} onChange={setRange} />
          </header>
          <ErrorBox error={error} title="What was measured could not be loaded" onRetry={() => void refetch()} />
          {series ? (
            <Suspense fallback={<Loading what="charts" height="24rem" />}>
              <MachineCharts machine={machine} series={series} range={range} />
            </Suspense>
          ) : error ? null : (
            <Loading what="what was measured" height="24rem" />
          )}
        </section>
        <MachineInstances machine={machine} samples={samples} />
        <MachineRelocations machine={name} />
        <MachineActivity machine={name} />
      </div>
    </>
  )
}
