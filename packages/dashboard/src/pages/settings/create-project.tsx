import { createProject, listProjects, type Project, ProjectName } from '@berth/contract'
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { Dialog } from './dialog.tsx'
import { DialogForm } from './dialog-form.tsx'

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

  function submit() {
    setTried(true)
    if (!problem) action.mutate({ body: { name } })
  }

  return (
    <Dialog title="New project" onClose={onClose}>
      <DialogForm
        word="Create project"
        busyWords="Creating …"
        action={action}
        failure="The project was not created"
        onSubmit={submit}
        onClose={onClose}
      >
        <TextInput
          label="Name"
          description="Apps of one project reach each other by name, and share their members"
          data-autofocus
          maxLength={40}
          error={wasTried ? problem : undefined}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value.trim())}
        />
      </DialogForm>
    </Dialog>
  )
}
