import { type App, createDeployment, ImageRef } from '@berth/contract'
import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import classes from './app-page.module.css'
import { ImageNote } from './image-note.tsx'

/** Another image, or the newest of the same name. */
export function DeployDialog({ app, onClose }: { app: App; onClose(): void }) {
  const navigate = useNavigate()
  const [image, setImage] = useState(app.image ?? '')
  const [isTried, setTried] = useState(false)
  const [supersede, setSupersede] = useState(false)
  const deploy = useAction(createDeployment, {
    onSuccess: () => {
      onClose()
      void navigate({ to: '/apps/$app/{-$tab}', params: { app: app.name, tab: undefined } })
    },
  })
  const checked = ImageRef.safeParse(image.trim())
  const submit = () => {
    setTried(true)
    if (checked.success && !deploy.isPending)
      deploy.mutate({ params: { app: app.name }, body: { change: { image: checked.data }, supersede } })
  }
  const isBusy = app.deploymentId !== null
  return (
    <Modal opened onClose={onClose} title={`Deploy ${app.name}`}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <div>
          <TextInput
            label="Image"
            description="Another tag or image. The same name again deploys what it stands for now."
            value={image}
            onChange={({ currentTarget: { value } }) => setImage(value)}
            error={isTried && !checked.success ? `${checked.error.issues[0]?.message}` : undefined}
            placeholder="registry.example.org/team/app:1.2"
            spellCheck={false}
            autoCapitalize="none"
            data-autofocus
          />
          <ImageNote name={image} />
        </div>
        {isBusy ? (
          <Checkbox
            label="Cancel the deployment that is under way"
            description="Without this, a second one is refused"
            checked={supersede}
            onChange={({ currentTarget: { checked: isChecked } }) => setSupersede(isChecked)}
          />
        ) : null}
        <p className={classes.soft}>
          {app.releaseVersion === null
            ? 'All else stays as it was asked for.'
            : `v${app.releaseVersion} goes on serving until the new instances are up. Environment and limits stay as they are.`}
        </p>
        <ErrorBox error={deploy.error} title="It could not be deployed" onRetry={submit} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={deploy.isPending} disabled={isBusy && !supersede}>
            Deploy
          </Button>
        </Group>
        <div className={classes.pending} role="status">
          {deploy.isPending ? 'Asking for the deployment …' : ''}
        </div>
      </form>
    </Modal>
  )
}
