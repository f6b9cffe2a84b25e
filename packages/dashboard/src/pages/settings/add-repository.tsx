import { addRepository, listProjects, listRepositories, type Repository } from '@berth/contract'
import { Button, Group, PasswordInput, Radio, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import { Dialog } from './dialog.tsx'
import classes from './settings.module.css'

type Key = Extract<Repository['credentials'], { kind: 'deploy-key' }>

/** A password is tried before it is stored; a deploy key is made, and its public half told. */
export function AddRepository({ onClose }: { onClose: () => void }) {
  const [key, setKey] = useState<Key>()
  return (
    <Dialog title={key ? 'Give the forge this key' : 'Add repositories'} onClose={onClose} size="lg">
      {key ? <MadeKey credentials={key} onClose={onClose} /> : <AddForm onKey={setKey} onClose={onClose} />}
    </Dialog>
  )
}

const everywhere = ''
type Typed = { prefix: string; username: string; password: string; tryUrl: string }

function AddForm({ onKey, onClose }: { onKey: (key: Key) => void; onClose: () => void }) {
  const projects = useCall(listProjects, {})
  const [kind, setKind] = useState<'password' | 'deploy-key'>('password')
  const [typed, setTyped] = useState<Typed>({ prefix: '', username: '', password: '', tryUrl: '' })
  const [project, setProject] = useState(everywhere)
  const [wasTried, setTried] = useState(false)
  const action = useAction(addRepository, {
    invalidates: [listRepositories],
    onSuccess: ({ credentials }) => {
      if (credentials.kind === 'deploy-key') return onKey(credentials)
      announce('The credentials work; they are stored')
      onClose()
    },
  })
  const body = bodyOf(typed, kind, project || null)
  const checked = addRepository.body?.safeParse(body)
  const text = (field: keyof Typed) => ({
    value: typed[field],
    error: wasTried ? checked?.error?.issues.find(({ path }) => path.at(-1) === field)?.message : undefined,
    spellCheck: false,
    autoCapitalize: 'none',
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setTyped((before) => ({ ...before, [field]: value })),
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (checked?.success && !action.isPending) action.mutate({ body })
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Repositories"
          description="A repository, or what the URLs of several begin with"
          placeholder={kind === 'password' ? 'https://example.org/team' : 'ssh://git@example.org/team/shop.git'}
          data-autofocus
          autoComplete="off"
          {...text('prefix')}
        />
        <Radio.Group label="Let in by" value={kind} onChange={(value) => setKind(value as typeof kind)}>
          <Stack gap="xs" mt="xs">
            <Radio value="password" label="User and password" description="Or a token in the place of the password" />
            <Radio
              value="deploy-key"
              label="A deploy key"
              description="Over SSH; Berth makes it and tells its public half"
            />
          </Stack>
        </Radio.Group>
        {kind === 'password' ? (
          <>
            <TextInput label="User" autoComplete="off" {...text('username')} />
            <PasswordInput label="Password or token" autoComplete="new-password" {...text('password')} />
            <TextInput
              label="Repository to try them on"
              description="Empty: the one above is one"
              autoComplete="off"
              {...text('tryUrl')}
            />
          </>
        ) : null}
        <Select
          label="For apps of"
          {...scrollingOptions}
          data={[
            { value: everywhere, label: 'All projects' },
            ...(projects.data ?? []).map(({ name }) => ({ value: name, label: `Only ${name}` })),
          ]}
          allowDeselect={false}
          value={project}
          onChange={(value) => setProject(value ?? everywhere)}
        />
        <ErrorBox title="They were not stored" error={action.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <BusyButton type="submit" isBusy={action.isPending} busyWords="Trying …">
            {kind === 'password' ? 'Test and store' : 'Make a key'}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}

function bodyOf(
  { prefix, username, password, tryUrl }: Typed,
  kind: 'password' | 'deploy-key',
  project: string | null,
) {
  const tried = tryUrl.trim() === '' ? {} : { tryUrl: tryUrl.trim() }
  const credentials = kind === 'password' ? { kind, username: username.trim(), password, ...tried } : { kind }
  return { prefix: prefix.trim(), project, credentials }
}

function MadeKey({ credentials: { publicKey }, onClose }: { credentials: Key; onClose: () => void }) {
  return (
    <Stack gap="md">
      <p className={classes.plain}>
        Add it to the repository as a deploy key that may read. It stands in the list as well, and a test there says
        whether it works.
      </p>
      <p className={classes.keyLine}>
        <code>{publicKey}</code>
        <CopyButton value={publicKey} label="the public key" />
      </p>
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  )
}
