import type { App } from '@berth/contract'
import { Button, Checkbox, Group } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ErrorBox } from '#parts/error-box.tsx'
import classes from './app-page.module.css'

type Props = {
  app: App
  /** What is deployed. */
  children: ReactNode
  word: string
  pending: string
  /** Whether a deployment that is under way must be cancelled for it; else it only may. */
  mustSupersede?: boolean
  action: { isPending: boolean; error: Error | null }
  onSubmit(supersede: boolean): void
  onClose(): void
}

/** A form with what all deployments share: what is under way, what stays, and how it is asked for. */
export function DeployFoot(props: Props) {
  const { app, children, word, pending, mustSupersede = false, action, onSubmit, onClose } = props
  const [supersede, setSupersede] = useState(false)
  const isBusy = app.deploymentId !== null
  return (
    <form
      className={classes.dialog}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(supersede)
      }}
    >
      {children}
      {isBusy ? (
        <Checkbox
          label="Cancel the deployment that is under way"
          description={mustSupersede ? 'Without this, a second one is refused' : 'Without this, its end is waited for'}
          checked={supersede}
          onChange={({ currentTarget: { checked: isChecked } }) => setSupersede(isChecked)}
        />
      ) : null}
      <p className={classes.soft}>
        {app.releaseVersion === null
          ? 'All else stays as it was asked for.'
          : `v${app.releaseVersion} goes on serving until the new instances are up. Environment and limits stay as they are.`}
      </p>
      <ErrorBox error={action.error} title="It could not be deployed" onRetry={() => onSubmit(supersede)} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={action.isPending} disabled={mustSupersede && isBusy && !supersede}>
          {word}
        </Button>
      </Group>
      <div className={classes.pending} role="status">
        {action.isPending ? pending : ''}
      </div>
    </form>
  )
}
