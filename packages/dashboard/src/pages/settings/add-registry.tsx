import { addRegistry, listRegistries, listUsableRegistries } from '@berth/contract'
import { PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from './dialog.tsx'
import { DialogForm } from './dialog-form.tsx'
import { ProjectChoice } from './project-choice.tsx'
import { useDialogAction } from './use-dialog-action.ts'
import { useTyped } from './use-typed.ts'

/** The registry is asked before anything is stored. */
export function AddRegistry({ onClose }: { onClose: () => void }) {
  const { typed, text, onTry } = useTyped({ host: '', username: '', password: '' })
  const [project, setProject] = useState<string>()
  const action = useDialogAction(addRegistry, {
    invalidates: [listRegistries, listUsableRegistries],
    words: ({ host }) => `${host} takes the credentials; they are stored`,
    onClose,
  })
  const body = { ...typed, host: typed.host.trim().toLowerCase(), username: typed.username.trim() }
  const checked = addRegistry.body?.safeParse({ ...body, project: project ?? null })
  const issues = Object.entries(body).map(([field, value]) => ({ path: [field], message: 'this is needed', value }))
  const faults = [...issues.filter(({ value }) => value.trim() === ''), ...(checked?.error?.issues ?? [])]

  function submit() {
    onTry()
    if (checked?.data && faults.length === 0) action.mutate({ body: checked.data })
  }

  return (
    <Dialog title="Add a registry" onClose={onClose} size="lg">
      <DialogForm
        word="Test and store"
        busyWords="Asking the registry …"
        action={action}
        failure="They were not stored"
        onSubmit={submit}
        onClose={onClose}
      >
        <TextInput
          label="Registry"
          description="Its host; docker.io is Docker Hub"
          placeholder="ghcr.io"
          data-autofocus
          autoComplete="off"
          {...text('host', faults)}
        />
        <TextInput label="User" autoComplete="off" {...text('username', faults)} />
        <PasswordInput
          label="Password or token"
          description="A token that may only read is best; one that builds push with must be able to write"
          autoComplete="new-password"
          {...text('password', faults)}
        />
        <ProjectChoice
          label="For apps of"
          everywhere="All projects"
          only="Only"
          value={project}
          onChange={setProject}
        />
      </DialogForm>
    </Dialog>
  )
}
