import type { App } from '@berth/contract'
import { Button, Checkbox, Group, Modal } from '@mantine/core'
import { useState } from 'react'
import { ErrorBox } from '#parts/error-box.tsx'
import type { EnvDifference } from './env-draft.ts'
import classes from './environment.module.css'

type Props = {
  app: App
  differences: readonly EnvDifference[]
  action: { isPending: boolean; error: Error | null }
  onDeploy(supersede: boolean): void
  onClose(): void
}

/** Shows by name what is to change; the values stay out of it. */
export function EnvReview({ app, differences, action, onDeploy, onClose }: Props) {
  const [supersede, setSupersede] = useState(false)
  const isBusy = app.deploymentId !== null
  return (
    <Modal opened onClose={onClose} title="Deploy this change?" size="lg">
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault()
          if (!action.isPending) onDeploy(supersede)
        }}
      >
        <ul className={classes.differences}>
          {differences.map(({ name, kind }) => (
            <li key={name} data-state={kind}>
              <span className={classes.tag}>{kind}</span>
              <span className={classes.mono}>{name}</span>
            </li>
          ))}
        </ul>
        <p className={classes.soft}>
          It makes a new release with the same image and new instances.{' '}
          {app.releaseVersion === null ? '' : `v${app.releaseVersion} goes on serving until they are up.`}
        </p>
        {isBusy ? (
          <Checkbox
            label="Cancel the deployment that is under way"
            checked={supersede}
            onChange={({ currentTarget: { checked } }) => setSupersede(checked)}
          />
        ) : null}
        <ErrorBox error={action.error} title="It could not be deployed" onRetry={() => onDeploy(supersede)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Go on editing
          </Button>
          <Button type="submit" loading={action.isPending} disabled={isBusy && !supersede} data-autofocus>
            Deploy the change
          </Button>
        </Group>
        <div className={classes.pending} role="status">
          {action.isPending ? 'Asking for the deployment …' : ''}
        </div>
      </form>
    </Modal>
  )
}
