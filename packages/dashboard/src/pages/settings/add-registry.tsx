import { addRegistry, listProjects, listRegistries } from '@berth/contract'
import { Button, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import { Dialog } from './dialog.tsx'

const everywhere = ''
type Field = 'host' | 'username' | 'password'

/** The registry is asked before anything is stored. */
export function AddRegistry({ onClose }: { onClose: () => void }) {
  const projects = useCall(listProjects, {})
  const [typed, setTyped] = useState({ host: '', username: '', password: '' })
  const [project, setProject] = useState(everywhere)
  const [wasTried, setTried] = useState(false)
  const action = useAction(addRegistry, {
    invalidates: [listRegistries],
    onSuccess: ({ host }) => {
      announce(`${host} takes the credentials; they are stored`)
      onClose()
    },
  })
  const body = { ...typed, host: typed.host.trim().toLowerCase(), username: typed.username.trim() }
  const checked = addRegistry.body?.safeParse({ ...body, project: project || null })
  const faultOf = (field: Field) => {
    if (!wasTried) return undefined
    if (typed[field].trim() === '') return 'this is needed'
    return checked?.error?.issues.find(({ path }) => path[0] === field)?.message
  }
  const text = (field: Field) => ({
    value: typed[field],
    error: faultOf(field),
    spellCheck: false,
    autoCapitalize: 'none',
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setTyped((before) => ({ ...before, [field]: value })),
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (checked?.data && !action.isPending) action.mutate({ body: checked.data })
  }

  return (
    <Dialog title="Add a registry" onClose={onClose} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label="Registry"
            description="Its host; docker.io is Docker Hub"
            placeholder="ghcr.io"
            data-autofocus
            autoComplete="off"
            {...text('host')}
          />
          <TextInput label="User" autoComplete="off" {...text('username')} />
          <PasswordInput
            label="Password or token"
            description="A token that may only read is best"
            autoComplete="new-password"
            {...text('password')}
          />
          <Select
            label="For apps of"
            {...scrollingOptions}
            data={[
              { value: everywhere, label: 'All projects' },
              ...(projects.data ?? []).map(({ name }) => ({ value: name, label: `Only ${name}` })),
            ]}
            allowDeselect={false}
            searchable={(projects.data?.length ?? 0) > 8}
            value={project}
            onChange={(value) => setProject(value ?? everywhere)}
          />
          <ErrorBox title="They were not stored" error={action.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <BusyButton type="submit" isBusy={action.isPending} busyWords="Asking the registry …">
              Test and store
            </BusyButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
