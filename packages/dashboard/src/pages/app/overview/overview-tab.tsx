import type { App } from '@berth/contract'
import { lazy, Suspense } from 'react'
import { useDeployment } from '#live/use-live.ts'
import { Loading } from '#parts/loading.tsx'
import { DeploymentCard } from './deployment-card.tsx'
import { Instances } from './instances.tsx'
import classes from './overview.module.css'

const Charts = lazy(() => import('./charts.tsx'))

export function OverviewTab({ app }: { app: App }) {
  const deployment = useDeployment(app.name)
  const isExpected = app.lastDeployment !== null
  return (
    <div className={classes.overview}>
      {deployment ? (
        <DeploymentCard app={app} deployment={deployment} />
      ) : isExpected ? (
        <section className={classes.card}>
          <Loading what="the last deployment" height={260} />
        </section>
      ) : null}
      <section className={classes.charts} aria-label="Figures of the last 10 minutes">
        <Suspense fallback={<Loading what="charts" height="100%" />}>
          <Charts app={app.name} />
        </Suspense>
      </section>
      <Instances app={app} />
    </div>
  )
}
