import { type App, createDeployment, ImageRef } from '@berth/contract'
import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { DeployFoot } from './deploy-foot.tsx'
import { ImageNote } from './image-note.tsx'

export function DeployImage({ app, onClose }: { app: App; onClose(): void }) {
  const navigate = useNavigate()
  // One that was built here has a name that nobody types.
  const [image, setImage] = useState(app.image?.includes('@') ? '' : (app.image ?? ''))
  const [isTried, setTried] = useState(false)
  const deploy = useAction(createDeployment, {
    onSuccess: () => {
      onClose()
      void navigate({ to: '/apps/$app/{-$tab}', params: { app: app.name, tab: undefined } })
    },
  })
  const checked = ImageRef.safeParse(image.trim())
  const submit = (supersede: boolean) => {
    setTried(true)
    if (checked.success && !deploy.isPending)
      deploy.mutate({ params: { app: app.name }, body: { change: { image: checked.data }, supersede } })
  }
  return (
    <DeployFoot
      app={app}
      word="Deploy"
      pending="Asking for the deployment …"
      mustSupersede
      action={deploy}
      onSubmit={submit}
      onClose={onClose}
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
    </DeployFoot>
  )
}
