import type { App } from '@berth/contract'
import { useDeployment } from '#live/use-live.ts'
import { Loading } from '#parts/loading.tsx'
import { DeploymentCard } from './deployment-card.tsx'
import { FirstBuild } from './first-build.tsx'
import { Instances } from './instances.tsx'
import { Measured } from './measured.tsx'
import classes from './overview.module.css'

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
      ) : app.releaseVersion === null ? (
        <FirstBuild app={app} />
      ) : null}
      <Measured app={app.name} />
      <Instances app={app} />
    </div>
  )
}
