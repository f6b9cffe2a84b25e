import { type App, createDeployment, scaleApp } from '@berth/contract'
import { Button, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ErrorBox } from '#parts/error-box.tsx'

export type Question = { what: 'scale' | 'restart' | 'deploy'; app: App }

const titles = { scale: 'Scale', restart: 'Restart', deploy: 'Deploy another image of' } as const

/** Asks for what an action of the palette still needs. */
export function QuickAction({ question: { what, app }, onClose }: { question: Question; onClose: () => void }) {
  const Form = { scale: ScaleForm, restart: RestartForm, deploy: DeployForm }[what]
  return (
    <Modal opened onClose={onClose} title={`${titles[what]} ${app.name}`}>
      <Form app={app} onClose={onClose} />
    </Modal>
  )
}

type FormProps = { app: App; onClose: () => void }

function ScaleForm({ app, onClose }: FormProps) {
  const [replicas, setReplicas] = useState<number | string>(app.replicas)
  const action = useAction(scaleApp, {
    onSuccess: ({ name, replicas }) => {
      announce(`${name} is being scaled to ${replicas} instances`)
      onClose()
    },
  })
  const submit = () => action.mutate({ params: { app: app.name }, body: { replicas: Number(replicas) } })
  return (
    <ActionForm action={action} word="Scale" onSubmit={submit} onClose={onClose}>
      <NumberInput
        label="Instances"
        description="1 to 100; requests go to an instance once it is ready"
        min={1}
        max={100}
        allowDecimal={false}
        data-autofocus
        value={replicas}
        onChange={setReplicas}
      />
    </ActionForm>
  )
}

function RestartForm({ app, onClose }: FormProps) {
  const action = useDeploy(onClose)
  const submit = () => action.mutate({ params: { app: app.name }, body: {} })
  return (
    <ActionForm action={action} word="Restart" onSubmit={submit} onClose={onClose}>
      <p style={{ margin: 0 }}>
        New instances of the same release are started beside the ones that run. Those serve until the new ones are
        ready.
      </p>
    </ActionForm>
  )
}

function DeployForm({ app, onClose }: FormProps) {
  const [image, setImage] = useState(app.image ?? '')
  const action = useDeploy(onClose)
  const submit = () => action.mutate({ params: { app: app.name }, body: { change: { image: image.trim() } } })
  return (
    <ActionForm action={action} word="Deploy" onSubmit={submit} onClose={onClose}>
      <TextInput
        label="Image"
        description="Everything else stays as it is"
        placeholder="registry.example.org/team/app:1.2"
        required
        withAsterisk={false}
        data-autofocus
        value={image}
        onChange={({ currentTarget }) => setImage(currentTarget.value)}
      />
    </ActionForm>
  )
}

function useDeploy(onClose: () => void) {
  const navigate = useNavigate()
  return useAction(createDeployment, {
    onSuccess: ({ app }) => {
      announce(`${app} is being deployed`)
      onClose()
      void navigate({ to: '/apps/$app/{-$tab}', params: { app } })
    },
  })
}

type ActionFormProps = {
  action: { error: unknown; isPending: boolean }
  word: string
  onSubmit: () => void
  onClose: () => void
  children: React.ReactNode
}

function ActionForm({ action, word, onSubmit, onClose, children }: ActionFormProps) {
  function submit(event: FormEvent) {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children}
        <ErrorBox error={action.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={action.isPending}>
            {word}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
