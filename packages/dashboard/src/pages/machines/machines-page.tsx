import type { Machine } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconDatabase, IconPlus, IconServer } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useMachines, useMe } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { ActionButton } from '../app/action-button.tsx'
import { notAdminWords } from '../machine-actions/machine-refusals.ts'
import { MachineBanners } from './machine-banners.tsx'
import { MachineCard } from './machine-card.tsx'
import { chooseMachines, type MachineChoice, readMachineChoice } from './machine-choice.ts'
import { MachineFilter } from './machine-filter.tsx'
import { MachineTable } from './machine-table.tsx'
import { countStates } from './machine-words.ts'
import classes from './machines.module.css'

const Spreading = lazy(() => import('./spreading.tsx'))
const AddMachine = lazy(() => import('../machine-actions/add-machine.tsx'))

/** More are rows of a table, which say less and can be looked through. */
const mostCards = 9
/** Fewer are seen at once. */
const fewestFiltered = 4

export function MachinesPage() {
  const machines = useMachines()
  const { isAdmin } = useMe()
  const [isAdding, setAdding] = useState(false)
  return (
    <>
      <PageHead title="Machines" below={machines ? countStates(machines) : 'What your apps run on'}>
        {isAdmin ? (
          <Button
            variant="default"
            leftSection={<IconDatabase size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/disk" />}
          >
            Disks
          </Button>
        ) : null}
        <ActionButton
          whyNot={isAdmin ? undefined : notAdminWords}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          Add a machine
        </ActionButton>
      </PageHead>
      {machines === undefined ? (
        <Loading what="machines" height="60vh" />
      ) : machines.length === 0 ? (
        <EmptyState title="No machine is known yet" icon={<IconServer size={32} stroke={1.4} />}>
          The server has not heard of the cluster since it started. Machines appear here by themselves, usually within
          seconds; Settings, About says what it waits for.
        </EmptyState>
      ) : (
        <>
          <MachineList machines={machines} />
          <Suspense>{isAdmin && machines.length > 1 ? <Spreading /> : null}</Suspense>
        </>
      )}
      <Suspense>{isAdding ? <AddMachine onClose={() => setAdding(false)} /> : null}</Suspense>
    </>
  )
}

function MachineList({ machines }: { machines: readonly Machine[] }) {
  const [choice, setChoice] = useChoice()
  const shown = useMemo(() => chooseMachines(machines, choice), [machines, choice])
  const isFiltered = shown.length < machines.length
  return (
    <>
      <MachineBanners
        machines={machines}
        isFiltered={choice.condition === 'attention'}
        onShowTroubled={() => setChoice({ text: '', role: undefined, condition: 'attention' })}
      />
      {machines.length >= fewestFiltered || isFiltered ? (
        <MachineFilter choice={choice} onChange={setChoice} shown={shown.length} total={machines.length} />
      ) : null}
      {shown.length === 0 ? (
        <EmptyState
          title="No machine fits the filter"
          icon={<IconServer size={28} stroke={1.5} />}
          action={
            <Button variant="default" onClick={() => setChoice({ text: '', condition: undefined, role: undefined })}>
              Show all {machines.length} machines
            </Button>
          }
        >
          Use fewer words, or another state or role.
        </EmptyState>
      ) : machines.length > mostCards ? (
        <MachineTable shown={shown} machines={machines} />
      ) : (
        <ul className={classes.cards}>
          {shown.map((machine) => (
            <MachineCard key={machine.id} machine={machine} machines={machines} />
          ))}
        </ul>
      )}
    </>
  )
}

/** What is chosen, kept in the address. */
function useChoice(): [MachineChoice, (change: Partial<MachineChoice>) => void] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const choice = useMemo(() => readMachineChoice(search), [search])
  const set = (change: Partial<MachineChoice>) => {
    const { text, condition, role } = { ...choice, ...change }
    void navigate({
      to: '/machines',
      search: { q: text || undefined, state: condition, role },
      replace: true,
      resetScroll: false,
    })
  }
  return [choice, set]
}
