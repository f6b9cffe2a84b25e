import type { App } from '@berth/contract'
import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconPlus, IconStack2 } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { useApps } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { AppCards } from './app-cards.tsx'
import { type AppChoice, chooseApps, holdOrder, needsAttention, readChoice, sortApps } from './app-choice.ts'
import { AppFilter } from './app-filter.tsx'
import { AppTable } from './app-table.tsx'
import classes from './apps.module.css'
import { ClusterBand } from './cluster-band.tsx'
import { NoApps } from './no-apps.tsx'

export function AppsPage() {
  const apps = useApps()
  return (
    <>
      <PageHead title="Apps" below={apps ? <Counts apps={apps} /> : 'All that runs here'}>
        <Button component={Link} to="/apps/new" leftSection={<IconPlus size={16} aria-hidden />}>
          New app
        </Button>
      </PageHead>
      <ClusterBand />
      {apps === undefined ? (
        <Loading what="apps" height="60vh" />
      ) : apps.length === 0 ? (
        <NoApps />
      ) : (
        <AppList apps={apps} />
      )}
    </>
  )
}

function Counts({ apps }: { apps: readonly App[] }) {
  const count = apps.filter(needsAttention).length
  return (
    <>
      {apps.length === 1 ? '1 app' : `${apps.length} apps`}
      {count > 0 ? (
        <>
          {' · '}
          <Link to="/" search={{ state: 'attention', sort: 'state' }} className={classes.attention}>
            {count === 1 ? '1 needs attention' : `${count} need attention`}
          </Link>
        </>
      ) : null}
    </>
  )
}

function AppList({ apps }: { apps: readonly App[] }) {
  const [choice, setChoice] = useChoice()
  const isWide = useMediaQuery('(min-width: 68em)', undefined, { getInitialValueInEffect: false })
  const [isHeld, setHeld] = useState(false)
  const projects = useMemo(() => [...new Set(apps.map(({ project }) => project))].sort(), [apps])
  const rows = useSteadyOrder(apps, choice, isHeld)
  const hold = {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
  }

  return (
    <>
      <AppFilter choice={choice} onChange={setChoice} projects={projects} shown={rows.length} total={apps.length} />
      {rows.length === 0 ? (
        <EmptyState
          title="No app fits the filter"
          icon={<IconStack2 size={28} stroke={1.5} />}
          action={
            <Button variant="default" onClick={() => setChoice({ text: '', state: undefined, project: undefined })}>
              Show all {apps.length} apps
            </Button>
          }
        >
          {choice.text ? `Nothing in a name, URL, image or reason has "${choice.text.slice(0, 60)}". ` : ''}
          Use fewer words, or another state or project.
        </EmptyState>
      ) : (
        <div {...hold}>
          {isWide ? (
            <AppTable
              apps={rows}
              sort={choice.sort}
              onSort={(sort) => setChoice({ sort })}
              hasProjects={projects.length > 1}
            />
          ) : (
            <AppCards apps={rows} hasProjects={projects.length > 1} />
          )}
        </div>
      )}
    </>
  )
}

/** What is chosen, kept in the address. */
function useChoice(): [AppChoice, (change: Partial<AppChoice>) => void] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const choice = useMemo(() => readChoice(search), [search])
  const set = (change: Partial<AppChoice>) => {
    const { text, state, project, sort } = { ...choice, ...change }
    void navigate({
      to: '/',
      search: { q: text || undefined, state, project, sort: sort === 'name' ? undefined : sort },
      replace: true,
      resetScroll: false,
    })
  }
  return [choice, set]
}

/** Sorted, but no row moves under the pointer because of a new state. */
function useSteadyOrder(apps: readonly App[], choice: AppChoice, isHeld: boolean): App[] {
  const last = useRef<{ choice: AppChoice; names: string[] }>(undefined)
  const wanted = sortApps(chooseApps(apps, choice), choice.sort)
  const rows = isHeld && last.current?.choice === choice ? holdOrder(last.current.names, wanted) : wanted
  last.current = { choice, names: rows.map(({ name }) => name) }
  return rows
}
