import type { App } from '@berth/contract'
import { Button, Tabs } from '@mantine/core'
import { IconStack2 } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ComponentType, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useApp, useApps, useInstances } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { AppHead } from './app-head.tsx'
import classes from './app-page.module.css'
import { OverviewTab } from './overview/overview-tab.tsx'

// The log and the forms are looked at less often than the overview.
const LogsTab = lazy(() => import('./logs/logs-tab.tsx'))
const BuildsTab = lazy(() => import('./builds/builds-tab.tsx'))
const ReleasesTab = lazy(() => import('./releases/releases-tab.tsx'))
const EnvironmentTab = lazy(() => import('./environment/environment-tab.tsx'))
const ImageTab = lazy(() => import('./image/image-tab.tsx'))
const PlacementTab = lazy(() => import('./placement/placement-tab.tsx'))
const SettingsTab = lazy(() => import('./settings/settings-tab.tsx'))

const tabs: readonly { name: string; label: string; Tab: ComponentType<{ app: App; build?: string | undefined }> }[] = [
  { name: 'overview', label: 'Overview', Tab: OverviewTab },
  { name: 'logs', label: 'Logs', Tab: LogsTab },
  { name: 'releases', label: 'Releases', Tab: ReleasesTab },
  { name: 'builds', label: 'Builds', Tab: BuildsTab },
  { name: 'environment', label: 'Environment', Tab: EnvironmentTab },
  { name: 'image', label: 'Image', Tab: ImageTab },
  { name: 'placement', label: 'Placement', Tab: PlacementTab },
  { name: 'settings', label: 'Settings', Tab: SettingsTab },
]

type Props = { app: string; tab: string; build?: string | undefined }

/** `build`: the one that the tab of builds shows. */
export function AppPage({ app: name, tab: wanted, build }: Props) {
  const app = useApp(name)
  const isKnown = useApps() !== undefined
  // Here and not in a tab, so that the stream follows this app as long as its page is open.
  useInstances(name)
  const navigate = useNavigate()
  const wasThere = useRef(false)
  if (app) wasThere.current = true

  if (!app) {
    return (
      <>
        <PageHead title={name} />
        {isKnown ? (
          <NoSuchApp name={name} wasThere={wasThere.current} />
        ) : (
          <Loading what={`the app ${name}`} height="70vh" />
        )}
      </>
    )
  }
  const tab = tabs.find((known) => known.name === wanted)?.name ?? 'overview'
  const choose = (next: string | null) =>
    void navigate({
      to: '/apps/$app/{-$tab}',
      params: { app: name, tab: next === 'overview' ? undefined : (next ?? undefined) },
    })
  return (
    <>
      <AppHead app={app} />
      <Tabs value={tab} onChange={choose} keepMounted={false} activateTabWithKeyboard={false}>
        <Tabs.List className={classes.tabs} aria-label={`About ${name}`}>
          {tabs.map(({ name: value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ name: value, label, Tab }) => (
          <Tabs.Panel key={value} value={value} className={classes.panel}>
            <Suspense fallback={<Loading what={label.toLowerCase()} height="50vh" />}>
              <Tab app={app} build={build} />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  )
}

/** The stream knows all apps there are; one that was made a moment ago may need a moment to be among them. */
function NoSuchApp({ name, wasThere }: { name: string; wasThere: boolean }) {
  const isSure = useAfter(wasThere ? 0 : patienceMs)
  if (!isSure && !wasThere) return <Loading what={`the app ${name}`} height="70vh" />
  return (
    <EmptyState
      title={wasThere ? `${name} was removed` : `There is no app ${name}`}
      icon={<IconStack2 size={30} stroke={1.5} />}
      action={
        <Button component={Link} to="/">
          To all apps
        </Button>
      }
    >
      {wasThere
        ? 'Its instances have ended and its URL no longer answers.'
        : 'It was removed, or it never existed, or it is in a project that you are no member of.'}
    </EmptyState>
  )
}

const patienceMs = 2_000

function useAfter(ms: number): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return isOver
}
