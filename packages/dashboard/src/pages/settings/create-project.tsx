import { createProject, listProjects, type Project, ProjectName } from '@berth/contract'
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Dialog } from './dialog.tsx'

type Props = { onClose: () => void; onCreated: (project: Project) => void }

export function CreateProject({ onClose, onCreated }: Props) {
  const [name, setName] = useState('')
  const [wasTried, setTried] = useState(false)
  const problem = ProjectName.safeParse(name).error?.issues[0]?.message
  const action = useAction(createProject, {
    invalidates: [listProjects],
    onSuccess: (project) => {
      announce(`The project ${project.name} is there`)
      onCreated(project)
      onClose()
    },
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (!problem && !action.isPending) action.mutate({ body: { name } })
  }

  return (
    <Dialog title="New project" onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label="Name"
            description="Apps of one project reach each other by name, and share their members"
            data-autofocus
            maxLength={40}
            error={wasTried ? problem : undefined}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value.trim())}
          />
          <ErrorBox title="The project was not created" error={action.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <BusyButton type="submit" isBusy={action.isPending} busyWords="Creating …">
              Create project
            </BusyButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
