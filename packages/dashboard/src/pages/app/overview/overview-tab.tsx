import type { App } from '@berth/contract'
import { useDeployment } from '#live/use-live.ts'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import { DeploymentCard } from './deployment-card.tsx'
import { FirstBuild } from './first-build.tsx'
import { Instances } from './instances.tsx'
import { Measured } from './measured.tsx'

export function OverviewTab({ app }: { app: App }) {
  const deployment = useDeployment(app.name)
  const isExpected = app.lastDeployment !== null
  return (
    <div className={sheet.stack}>
      {deployment ? (
        <DeploymentCard app={app} deployment={deployment} />
      ) : isExpected ? (
        <section className={sheet.card}>
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
