import { type App, cancelDeployment, type Deployment, type DeploymentStep, formatDuration } from '@berth/contract'
import { Collapse, UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { shortImage } from '#parts/short-image.ts'
import { StateBadge } from '#parts/state-badge.tsx'
import { useNow } from '#parts/use-now.ts'
import { useDeployRefusal } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import { canCancel, describeDeployment, isUnderWay, stageWords } from '../deployment-words.ts'
import { FailureBox } from './failure-box.tsx'
import classes from './overview.module.css'

type Props = { app: App; deployment: Deployment }

/** The newest deployment: all its steps while it is under way, and a line of it once it has gone well. */
export function DeploymentCard({ app, deployment }: Props) {
  const isCalm = deployment.state === 'succeeded' || deployment.state === 'cancelled'
  const [isOpen, setOpen] = useState(!isCalm)
  // One that was watched stays open when it ends, so that nothing jumps at the moment of success.
  useEffect(() => {
    if (!isCalm) setOpen(true)
  }, [isCalm])

  return (
    <section className={`${sheet.card} ${classes.deployment}`}>
      <header className={sheet.head}>
        <div className={classes.cardWords}>
          <h2>
            <StateBadge of="deployment" state={deployment.state} word={describeDeployment(deployment)} />
          </h2>
          <p>
            <span className={classes.image} title={deployment.image}>
              {shortImage(deployment.image)}
            </span>
            <span>
              {isUnderWay(deployment) ? 'asked for ' : ''}
              <RelativeTime at={deployment.finishedAt ?? deployment.createdAt} /> by {deployment.requestedBy}
            </span>
            <span>
              <Elapsed deployment={deployment} />
            </span>
          </p>
        </div>
        {isUnderWay(deployment) ? <CancelButton app={app} deployment={deployment} /> : null}
        {isCalm ? (
          <UnstyledButton className={classes.toggle} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Steps <IconChevronDown size={15} data-open={isOpen || undefined} aria-hidden />
          </UnstyledButton>
        ) : null}
      </header>
      <FailureBox app={app} deployment={deployment} />
      <Collapse expanded={isOpen}>
        <Steps deployment={deployment} />
      </Collapse>
      <span className={sheet.hidden} role="status">
        {describeDeployment(deployment)}
      </span>
    </section>
  )
}

function Steps({ deployment: { steps, image } }: { deployment: Deployment }) {
  return (
    <ol className={classes.steps}>
      {steps.map((step) => (
        <li key={step.stage} className={classes.step} data-state={step.state}>
          <StateBadge of="step" state={step.state} word={stageWords[step.stage] ?? step.stage} />
          <span className={classes.stepDetail} title={step.stage === 'resolve' ? image : undefined}>
            {step.detail ?? (step.state === 'skipped' ? 'Skipped' : '')}
          </span>
          <span className={classes.stepTime}>
            <StepTime step={step} />
          </span>
        </li>
      ))}
    </ol>
  )
}

function StepTime({ step: { startedAt, finishedAt, state } }: { step: DeploymentStep }) {
  const now = useNow(state === 'running')
  if (!startedAt) return null
  const endMs = finishedAt ? Date.parse(finishedAt) : state === 'running' ? now : undefined
  return endMs === undefined ? null : formatDuration(Math.max(0, endMs - Date.parse(startedAt)))
}

function Elapsed({ deployment: { createdAt, finishedAt, state } }: { deployment: Deployment }) {
  const now = useNow(isUnderWay({ state }))
  const endMs = finishedAt ? Date.parse(finishedAt) : now
  return (
    <>
      {finishedAt ? 'took ' : ''}
      {formatDuration(Math.max(0, endMs - Date.parse(createdAt)))}
      {finishedAt ? '' : ' so far'}
    </>
  )
}

function CancelButton({ app, deployment }: Props) {
  const refusal = useDeployRefusal(app.project)
  const cancel = useAction(cancelDeployment, {
    onSuccess: () => announce(`The deployment of ${app.name} is cancelled`),
  })
  const whyNot = refusal ?? (canCancel(deployment) ? undefined : 'Requests go to the new instances already')
  const submit = () => cancel.mutate({ params: { app: app.name, deploymentId: deployment.id } })
  return (
    <div className={classes.cancel}>
      <ActionButton size="xs" variant="default" whyNot={whyNot} loading={cancel.isPending} onClick={submit}>
        Cancel deployment
      </ActionButton>
      <ErrorBox error={cancel.error} title="It could not be cancelled" />
    </div>
  )
}
