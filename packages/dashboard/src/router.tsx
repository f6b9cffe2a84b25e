import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouteComponent,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Loading } from '#parts/loading.tsx'
import { PageError } from '#shell/page-error.tsx'
import { SignedIn } from '#shell/signed-in.tsx'

// Every page is a chunk of its own, loaded when it is first needed.
const AppsPage = lazyRouteComponent(() => import('./pages/apps/apps-page.tsx'), 'AppsPage')
const NewAppPage = lazyRouteComponent(() => import('./pages/new-app/new-app-page.tsx'), 'NewAppPage')
const AppPage = lazyRouteComponent(() => import('./pages/app/app-page.tsx'), 'AppPage')
const MachinesPage = lazyRouteComponent(() => import('./pages/machines/machines-page.tsx'), 'MachinesPage')
const MachinePage = lazyRouteComponent(() => import('./pages/machine/machine-page.tsx'), 'MachinePage')
const DiskPage = lazyRouteComponent(() => import('./pages/disk/disk-page.tsx'), 'DiskPage')
const ActivityPage = lazyRouteComponent(() => import('./pages/activity/activity-page.tsx'), 'ActivityPage')
const SettingsPage = lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage')
const SignInPage = lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage')
const InvitationPage = lazyRouteComponent(() => import('./pages/invitation/invitation-page.tsx'), 'InvitationPage')
const ApproveLoginPage = lazyRouteComponent(
  () => import('./pages/approve-login/approve-login-page.tsx'),
  'ApproveLoginPage',
)
const NotFoundPage = lazyRouteComponent(() => import('./pages/not-found/not-found-page.tsx'), 'NotFoundPage')

/** A route that knows which chunk it waits for. Otherwise that is seen to be missing only while it is drawn, which costs half a second. */
const ofChunk = ({ preload }: Pick<RouteComponent, 'preload'>, component: () => ReactNode): RouteComponent =>
  Object.assign(component, preload ? { preload } : {})

/** What follows "?" is plain text in every page: `?filter=1` is the text "1". */
export type PageSearch = Record<string, string | undefined>

const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  validateSearch: (search): PageSearch => search as PageSearch,
})

const signedInRoute = createRoute({ getParentRoute: () => rootRoute, id: 'signed-in', component: SignedIn })
const parent = { getParentRoute: () => signedInRoute }

const appsRoute = createRoute({ ...parent, path: '/', component: AppsPage })
const newAppRoute = createRoute({ ...parent, path: '/apps/new', component: NewAppPage })
const appRoute = createRoute({
  ...parent,
  path: '/apps/$app/{-$tab}',
  component: ofChunk(AppPage, () => {
    const { app, tab = 'overview' } = appRoute.useParams()
    return <AppPage key={app} app={app} tab={tab} />
  }),
})
const buildRoute = createRoute({
  ...parent,
  path: '/apps/$app/builds/$build',
  component: ofChunk(AppPage, () => {
    const { app, build } = buildRoute.useParams()
    return <AppPage key={app} app={app} tab="builds" build={build} />
  }),
})
const machinesRoute = createRoute({ ...parent, path: '/machines', component: MachinesPage })
const machineRoute = createRoute({
  ...parent,
  path: '/machines/$machine',
  component: ofChunk(MachinePage, () => {
    const { machine } = machineRoute.useParams()
    return <MachinePage key={machine} machine={machine} />
  }),
})
const diskRoute = createRoute({ ...parent, path: '/disk', component: DiskPage })
const activityRoute = createRoute({ ...parent, path: '/activity', component: ActivityPage })
const settingsRoute = createRoute({
  ...parent,
  path: '/settings/{-$tab}',
  component: ofChunk(SettingsPage, () => {
    const { tab = 'profile' } = settingsRoute.useParams()
    return <SettingsPage tab={tab} />
  }),
})
const approveLoginRoute = createRoute({
  ...parent,
  path: '/login/$code',
  component: ofChunk(ApproveLoginPage, () => {
    const { code } = approveLoginRoute.useParams()
    return <ApproveLoginPage key={code} code={code} />
  }),
})
const signInRoute = createRoute({ getParentRoute: () => rootRoute, path: '/sign-in', component: SignInPage })
const invitationRoute = createRoute({ getParentRoute: () => rootRoute, path: '/invitation', component: InvitationPage })

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signedInRoute.addChildren([
      appsRoute,
      newAppRoute,
      appRoute,
      buildRoute,
      machinesRoute,
      machineRoute,
      diskRoute,
      activityRoute,
      settingsRoute,
      approveLoginRoute,
    ]),
    signInRoute,
    invitationRoute,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  defaultPendingComponent: () => <Loading what="the page" />,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search: PageSearch) => {
    const given = Object.entries(search).filter((entry): entry is [string, string] => Boolean(entry[1]))
    return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
