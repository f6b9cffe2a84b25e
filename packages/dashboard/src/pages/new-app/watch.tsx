import { type App, type Deployment, getApp, getDeployment } from '@berth/contract'
import { Button, Group } from '@mantine/core'
import { IconArrowRight, IconCircleCheck, IconExternalLink } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { useCall } from '#api/use-call.ts'
import { useApp, useDeployment } from '#live/use-live.ts'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { DeploymentCard } from '../app/overview/deployment-card.tsx'
import type { Tried } from './draft.ts'
import classes from './new-app.module.css'
import { dropKeptDraft } from './use-draft.ts'
import { useTriedBuild } from './use-tried-build.ts'

const WatchBuild = lazy(() => import('./watch-build.tsx'))

type Props = {
  tried: Tried
  onChange: () => void
  onAfresh: () => void
}

/** The build as it goes, where there is one, and then the deployment, in place, to its end. */
export function Watch({ tried, onChange, onAfresh }: Props) {
  const { build, error } = useTriedBuild(tried.app, tried.buildId)
  const deploymentId = tried.deploymentId ?? build?.deploymentId ?? undefined
  if (deploymentId !== undefined)
    return <WatchDeployment tried={{ ...tried, deploymentId }} onChange={onChange} onAfresh={onAfresh} />
  if (error && !build) return <NotFollowed app={tried.app} error={error} onAfresh={onAfresh} />
  if (!build) return <Loading what="the build" height={420} />
  return (
    <Suspense fallback={<Loading what="the build" height={420} />}>
      <WatchBuild build={build} onChange={onChange} />
    </Suspense>
  )
}

function NotFollowed({ app, error, onAfresh }: { app: string; error: unknown; onAfresh: () => void }) {
  return (
    <section className={classes.panel}>
      <ErrorBox title={`${app} cannot be followed`} error={error} />
      <Group mt="md">
        <Button onClick={onAfresh}>Start afresh</Button>
      </Group>
    </section>
  )
}

type Deployed = Tried & { deploymentId: string }

function WatchDeployment({ tried, onChange, onAfresh }: Omit<Props, 'tried'> & { tried: Deployed }) {
  const { app, error } = useTriedApp(tried.app)
  const { deployment, error: deploymentError } = useTriedDeployment(tried)
  const isLive = deployment?.state === 'succeeded'
  useEffect(() => {
    if (isLive) dropKeptDraft()
  }, [isLive])

  const failed = error ?? deploymentError
  if (failed && (!app || !deployment)) return <NotFollowed app={tried.app} error={failed} onAfresh={onAfresh} />
  if (!app || !deployment) return <Loading what="the deployment" height={420} />
  return (
    <>
      <Outcome app={app} deployment={deployment} onChange={onChange} onAfresh={onAfresh} />
      <DeploymentCard app={app} deployment={deployment} />
    </>
  )
}

/** The live stream tells of the newest deployment; should another one have come meanwhile, ours is asked for. */
function useTriedDeployment({ app, deploymentId }: Deployed) {
  const newest = useDeployment(app)
  const isOurs = newest?.id === deploymentId
  const params = { app, deploymentId }
  const asked = useCall(getDeployment, { params }, { enabled: !isOurs, refetchIntervalMs: 3_000 })
  return { deployment: isOurs ? newest : asked.data, error: asked.error }
}

function useTriedApp(name: string) {
  const known = useApp(name)
  const asked = useCall(getApp, { params: { app: name } }, { enabled: known === undefined, refetchIntervalMs: 3_000 })
  return { app: known ?? asked.data, error: asked.error }
}

type OutcomeProps = { app: App; deployment: Deployment; onChange: () => void; onAfresh: () => void }

/** Always there and about as high, so that the steps below stay where they are. */
function Outcome({ app, deployment, onChange, onAfresh }: OutcomeProps) {
  if (deployment.state === 'succeeded') return <Live app={app} url={deployment.url ?? app.url} onAfresh={onAfresh} />
  const isOver = deployment.state === 'failed' || deployment.state === 'cancelled'
  return (
    <section className={classes.outcome} data-outcome={deployment.state}>
      <h2>
        {deployment.state === 'failed'
          ? `${app.name} did not come up`
          : deployment.state === 'cancelled'
            ? `The deployment of ${app.name} was cancelled`
            : `${app.name} is on its way`}
      </h2>
      <p className={classes.soft}>
        {isOver
          ? 'What you typed is still here: change it and try again. The app is there, but nothing of it runs.'
          : 'You can leave this page: the deployment goes on, and the page of the app shows it too.'}
      </p>
      <Group gap="xs">
        {isOver ? <Button onClick={onChange}>Change and try again</Button> : null}
        <ToApp app={app} />
      </Group>
    </section>
  )
}

function Live({ app, url, onAfresh }: { app: App; url: string | null; onAfresh: () => void }) {
  return (
    <section className={classes.outcome} data-outcome="succeeded">
      <h2>
        <IconCircleCheck size={20} stroke={1.9} aria-hidden /> {app.name} is live
      </h2>
      {url ? (
        <p className={classes.url}>
          <a href={url} target="_blank" rel="noreferrer">
            {url}
          </a>
          <CopyButton value={url} label={`URL of ${app.name}`} size={22} />
        </p>
      ) : (
        <p className={classes.soft}>It takes no requests, so it has no URL; its log shows what it does.</p>
      )}
      <Group gap="xs">
        {url ? (
          <Button
            component="a"
            href={url}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconExternalLink size={16} aria-hidden />}
          >
            Open it
          </Button>
        ) : null}
        <ToApp app={app} />
        <Button variant="default" onClick={onAfresh}>
          Deploy another app
        </Button>
      </Group>
    </section>
  )
}

const ToApp = ({ app: { name } }: { app: App }) => (
  <Button
    variant="default"
    rightSection={<IconArrowRight size={16} aria-hidden />}
    renderRoot={(props) => <Link {...props} to="/apps/$app/{-$tab}" params={{ app: name }} />}
  >
    To its page
  </Button>
)
