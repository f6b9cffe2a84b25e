import { getApp, PlatformError } from '@berth/contract'
import { Button, Tabs } from '@mantine/core'
import { IconStack2 } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { useCall } from '#api/use-call.ts'
import { useApp, useApps, useInstances } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { AppHead } from './app-head.tsx'
import classes from './app-page.module.css'
import { OverviewTab } from './overview/overview-tab.tsx'

// The log and the forms are looked at less often than the overview.
const LogsTab = lazy(() => import('./logs/logs-tab.tsx'))
const ReleasesTab = lazy(() => import('./releases/releases-tab.tsx'))
const EnvironmentTab = lazy(() => import('./environment/environment-tab.tsx'))
const SettingsTab = lazy(() => import('./settings/settings-tab.tsx'))

const tabs = [
  { name: 'overview', label: 'Overview', Tab: OverviewTab },
  { name: 'logs', label: 'Logs', Tab: LogsTab },
  { name: 'releases', label: 'Releases', Tab: ReleasesTab },
  { name: 'environment', label: 'Environment', Tab: EnvironmentTab },
  { name: 'settings', label: 'Settings', Tab: SettingsTab },
] as const

export function AppPage({ app: name, tab: wanted }: { app: string; tab: string }) {
  const app = useApp(name)
  const isKnown = useApps() !== undefined
  // Here and not in a tab, so that the stream follows this app as long as its page is open.
  useInstances(name)
  const navigate = useNavigate()

  if (!app) {
    return (
      <>
        <PageHead title={name} />
        {isKnown ? <NoSuchApp name={name} /> : <Loading what={`the app ${name}`} height="70vh" />}
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
              <Tab app={app} />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  )
}

/** Asked once more, because an app that was made a moment ago may not have come with the stream yet. */
function NoSuchApp({ name }: { name: string }): ReactNode {
  const { error, data, refetch } = useCall(getApp, { params: { app: name } }, { refetchIntervalMs: 5_000 })
  if (data || (!error && !data)) return <Loading what={`the app ${name}`} height="70vh" />
  const isGone = error instanceof PlatformError && ['app_not_found', 'invalid_request'].includes(error.code)
  if (!isGone) return <ErrorBox error={error} title={`${name} could not be loaded`} onRetry={() => void refetch()} />
  return (
    <EmptyState
      title={`There is no app ${name}`}
      icon={<IconStack2 size={30} stroke={1.5} />}
      action={
        <Button component={Link} to="/">
          To all apps
        </Button>
      }
    >
      It was removed, or it never existed, or it is in a project that you are no member of.
    </EmptyState>
  )
}
